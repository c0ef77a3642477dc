"""What is done for safety: writing a backup, bringing one back."""
