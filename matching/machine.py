"""What the libraries below are told of memory and threads before they are loaded; what somebody has told stays.

Work goes side by side by facts and pieces (`side_by_side`), so a library's own threads and a store of memory for each
thread only stand in the way: what one thread gave back, another would get anew from the system, page by page.
"""

import ctypes
import os
from typing import Final

CORES_TO_A_STORE: Final = 2
"""So many cores share one store of Polars' memory."""
ARENA_MAX: Final = -8
"""What mallopt(3) of the GNU C library calls the number of its stores of memory (`M_ARENA_MAX`); numpy's lies there."""


def prepare() -> None:
    """Tell Polars' allocator, the C library's and the library of matrices, where they are what we know.

    Polars' memory, once free, is kept five seconds for the next frame, then given back at once.
    """
    cores = len(os.sched_getaffinity(0))
    stores = max(cores // CORES_TO_A_STORE, 1)
    os.environ.setdefault("_RJEM_MALLOC_CONF", f"dirty_decay_ms:5000,muzzy_decay_ms:0,narenas:{stores}")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    told = getattr(ctypes.CDLL(None), "mallopt", None)
    if told is not None and "MALLOC_ARENA_MAX" not in os.environ:
        told(ARENA_MAX, cores)
