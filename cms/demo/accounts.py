"""Accounts of a demonstration site. Imported without Django by scripts/supervise.py too."""

DEMO_PASSWORD = "katsuyo-demo"  # noqa: S105 printed on every start

# (role, address, password); the role is printed.
DEMO_ACCOUNTS = [
    ("learner", "learner@katsuyo.example", DEMO_PASSWORD),
    ("editor", "editor@katsuyo.example", DEMO_PASSWORD),
    ("approver", "approver@katsuyo.example", DEMO_PASSWORD),
    ("question keeper", "questions@katsuyo.example", DEMO_PASSWORD),
    ("register officer", "register@katsuyo.example", DEMO_PASSWORD),
    ("second register officer", "register2@katsuyo.example", DEMO_PASSWORD),
    ("support", "support@katsuyo.example", DEMO_PASSWORD),
    ("prefecture", "prefecture@katsuyo.example", DEMO_PASSWORD),
    ("municipality", "town@katsuyo.example", DEMO_PASSWORD),
    ("administrator", "admin@katsuyo.example", DEMO_PASSWORD),
]
