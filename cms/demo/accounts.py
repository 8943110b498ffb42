"""Accounts of a demonstration site. Imported without Django by scripts/supervise.py too."""

DEMO_PASSWORD = "katsuyo-demo"  # noqa: S105 printed on every start

# (role, address, password); the role is printed, and "editor" and "approver" may use the editor.
DEMO_ACCOUNTS = [
    ("learner", "learner@katsuyo.example", DEMO_PASSWORD),
    ("editor", "editor@katsuyo.example", DEMO_PASSWORD),
    ("approver", "approver@katsuyo.example", DEMO_PASSWORD),
    ("municipality", "town@katsuyo.example", DEMO_PASSWORD),
    ("prefecture", "prefecture@katsuyo.example", DEMO_PASSWORD),
    ("administrator", "admin@katsuyo.example", DEMO_PASSWORD),
]
