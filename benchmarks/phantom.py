"""Time to make one phantom: a 36-slice 512² case, and one of 256² as training uses, on one core."""

from __future__ import annotations

import json
import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import time  # noqa: E402

import numpy as np  # noqa: E402

from ichcore.phantom import make_case  # noqa: E402

BUDGET_S = 5.0
SUBTYPES = ((), ("subdural",), ("intraparenchymal", "intraventricular"))


def seconds(size: int, repeats: int) -> list[float]:
    """CPU seconds a case (wall time would count what else the machine does)."""
    make_case(1, subtypes=(), slices=2, size=size)
    found = []
    for seed in range(repeats):
        start = time.process_time()
        make_case(40 + seed, subtypes=SUBTYPES[seed % len(SUBTYPES)], slices=36, size=size)
        found.append(time.process_time() - start)
    return found


def main() -> None:
    """Measure and print one JSON object."""
    full, small = seconds(512, 5), seconds(256, 3)
    figures = {
        "case_512_median_s": round(float(np.median(full)), 3),
        "case_512_max_s": round(max(full), 3),
        "case_256_median_s": round(float(np.median(small)), 3),
    }
    print(
        json.dumps(
            {
                "name": "phantom",
                "figures": figures,
                "peer": None,
                "peer_figures": {},
                "ratio": None,
                "budget": f"36 slices of 512² in ≤ {BUDGET_S:g} s on one core",
                "met": figures["case_512_median_s"] <= BUDGET_S,
            },
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
