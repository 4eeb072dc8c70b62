"""Changes: dirty marks, written in the transaction of a change and taken up by evaluation, visit check and roll-ups."""
