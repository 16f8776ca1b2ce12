"""What has not changed since the run before is taken over from it."""
