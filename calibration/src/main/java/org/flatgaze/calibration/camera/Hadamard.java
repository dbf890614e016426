package org.flatgaze.calibration.camera;

/**
 * Hadamard matrices in Sylvester's order: entry (i, j) is -1 to the number of ones that i and j share in binary. Symmetric,
 * and its own inverse but for the factor 1/n.
 */
final class Hadamard {

    private Hadamard() {}

    /** Entry (i, j): 1 or -1. */
    static int entry(int i, int j) {
        return (Integer.bitCount(i & j) & 1) == 0 ? 1 : -1;
    }

    /**
     * Multiplies every row of a matrix by H in place: {@code a <- a H} (fast Walsh-Hadamard transform).
     *
     * @param a rows x n, row-major
     * @param n a power of two
     */
    static void multiplyRows(float[] a, int n) {
        for (int row = 0; row < a.length; row += n) {
            for (int half = 1; half < n; half *= 2) {
                for (int block = row; block < row + n; block += 2 * half) {
                    for (int i = block; i < block + half; i++) {
                        float x = a[i];
                        float y = a[i + half];
                        a[i] = x + y;
                        a[i + half] = x - y;
                    }
                }
            }
        }
    }
}
