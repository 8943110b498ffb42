"""What training tells others. Receivers must tolerate both repetition and never being called."""

from django.dispatch import Signal

# Sent after commit with `enrolment_id`. A killed process sends nothing: sweep the table as well.
course_completed = Signal()

# Sent after commit when a mail was written to the table: a nudge to send it now.
mail_queued = Signal()
