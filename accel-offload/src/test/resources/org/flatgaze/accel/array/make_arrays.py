"""Writes the small array files beside it, which the array tests read. Needs NumPy; run it from this folder."""
import numpy as np
from numpy.lib import format as npy

RAMP = {
    "b1": np.array([[True, False, True], [False, True, True]]),
    "u1": np.array([[0, 1, 2], [128, 254, 255]], "u1"),
    "i1": np.array([[0, 1, 2], [-128, -1, 127]], "i1"),
    "u2": np.array([[0, 1, 2], [32768, 65534, 65535]], "<u2"),
    "i2": np.array([[0, 1, 2], [-32768, -1, 32767]], "<i2"),
    "u4": np.array([[0, 1, 2], [2147483648, 4294967294, 4294967295]], "<u4"),
    "i4": np.array([[0, 1, 2], [-2147483648, -1, 2147483647]], "<i4"),
    "u8": np.array([[0, 1, 2], [9223372036854775808, 3, 4]], "<u8"),
    "i8": np.array([[0, 1, 2], [-9007199254740993, -1, 5]], "<i8"),
    "f2": np.array([[0, 1, -2], [0.5, 65504, 6e-8]], "<f2"),
    "f4": np.array([[0, 1, -2], [0.5, 1e30, -1e-30]], "<f4"),
    "f8": np.array([[0, 1, -2], [0.5, 1e300, -1e-300]], "<f8"),
}
for code, array in RAMP.items():
    np.save(f"{code}.npy", array)
    np.save(f"{code}-big.npy", array.astype(array.dtype.newbyteorder(">")))
np.save("fortran.npy", np.asfortranarray(np.arange(24, dtype="<i4").reshape(2, 3, 4)))
np.save("scalar.npy", np.float64(2.5))
np.save("empty.npy", np.zeros((0, 3), "<f4"))
np.save("vector.npy", np.arange(5, dtype="<f4"))
for version in (2, 3):
    with open(f"version{version}.npy", "wb") as out:
        npy.write_array(out, RAMP["f4"], version=(version, 0))
np.save("structured.npy", np.zeros(2, [("x", "<f4"), ("y", "<i4")]))
np.save("object.npy", np.array([None, "a"], object), allow_pickle=True)
np.save("complex.npy", np.zeros(2, "<c8"))
np.savez("stored.npz", phi=RAMP["f8"], roi=RAMP["i4"])
np.savez_compressed("deflated.npz", phi=RAMP["f8"], roi=RAMP["i4"])
