"""Our matching beside its peers on the same records: accuracy, seconds, memory."""
