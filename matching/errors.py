"""The root of every error that Customer Hub raises on purpose."""


class CustomerHubError(Exception):
    """A mistake that somebody can mend: says what was expected, what was found, where, and what to do.

    The command line and the pages show the message and nothing else; any other exception is a defect of ours.
    Messages never hold personal data: file names, line numbers, column names, ids and counts only.
    """
