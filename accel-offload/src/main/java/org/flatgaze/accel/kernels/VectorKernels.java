package org.flatgaze.accel.kernels;

import java.nio.FloatBuffer;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Vector API kernels, with species never wider than the preferred one: a wider one is boxed and about 80 times slower.
 *
 * <p>Before C2 has compiled them they are slow and allocate; run each shape a few hundred times before it counts.
 */
final class VectorKernels implements KernelSet {

    /**
     * Rows of {@code b} in one packed panel: 32 columns of 256 floats are 32 KiB and stay in the first-level cache
     * beside the rows of {@code a}.
     */
    private static final int MAX_DEPTH = 256;

    private final float[] panel = new float[MAX_DEPTH * SgemmTile.COLUMNS];
    private final float[] edge = new float[SgemmTile.ROWS * SgemmTile.COLUMNS];
    private final PixelKernels pixels = new PixelKernels();

    VectorKernels() {
        if (!VectorSupport.isUsable()) {
            throw new IllegalStateException("vector kernels are not usable: " + VectorSupport.reason());
        }
    }

    @Override
    public String id() {
        return "vector";
    }

    @Override
    public void sgemm(
            int m,
            int n,
            int k,
            float[] a,
            int aOffset,
            int lda,
            float[] b,
            int bOffset,
            int ldb,
            float[] c,
            int cOffset,
            int ldc) {
        Extents.checkMatrix("a", a, aOffset, lda, m, k);
        Extents.checkMatrix("b", b, bOffset, ldb, k, n);
        Extents.checkMatrix("c", c, cOffset, ldc, m, n);
        if (k == 0) {
            for (int i = 0; i < m; i++) {
                Arrays.fill(c, cOffset + i * ldc, cOffset + i * ldc + n, 0f);
            }
            return;
        }
        if (m == 1) {
            VectorGemv.rowTimesMatrix(n, k, a, aOffset, b, bOffset, ldb, c, cOffset);
            return;
        }
        if (n == 1 && ldb == 1) {
            VectorGemv.matrixTimesColumn(m, k, a, aOffset, lda, b, bOffset, c, cOffset, ldc);
            return;
        }
        // Blocks of equal depth: a short last one would pay the tile's load and store for little work.
        int blocks = (k + MAX_DEPTH - 1) / MAX_DEPTH;
        int blockDepth = (k + blocks - 1) / blocks;
        for (int p = 0; p < k; p += blockDepth) {
            int depth = Math.min(blockDepth, k - p);
            for (int j = 0; j < n; j += SgemmTile.COLUMNS) {
                int columns = Math.min(SgemmTile.COLUMNS, n - j);
                pack(b, bOffset + p * ldb + j, ldb, depth, columns);
                multiplyColumns(m, depth, a, aOffset + p, lda, columns, c, cOffset + j, ldc, p > 0);
            }
        }
    }

    /** All rows of {@code a} against the packed panel. */
    private void multiplyColumns(
            int m,
            int depth,
            float[] a,
            int aOffset,
            int lda,
            int columns,
            float[] c,
            int cOffset,
            int ldc,
            boolean add) {
        int i = 0;
        if (columns == SgemmTile.COLUMNS) {
            for (; i <= m - SgemmTile.ROWS; i += SgemmTile.ROWS) {
                SgemmTile.multiply(
                        depth, a, aOffset + i * lda, lda, SgemmTile.ROWS, panel, c, cOffset + i * ldc, ldc, add);
            }
        }
        for (; i < m; i += SgemmTile.ROWS) {
            int rows = Math.min(SgemmTile.ROWS, m - i);
            SgemmTile.multiply(depth, a, aOffset + i * lda, lda, rows, panel, edge, 0, SgemmTile.COLUMNS, false);
            storeEdge(rows, columns, c, cOffset + i * ldc, ldc, add);
        }
    }

    private void storeEdge(int rows, int columns, float[] c, int cOffset, int ldc, boolean add) {
        for (int r = 0; r < rows; r++) {
            int from = r * SgemmTile.COLUMNS;
            int to = cOffset + r * ldc;
            if (add) {
                for (int j = 0; j < columns; j++) {
                    c[to + j] += edge[from + j];
                }
            } else {
                System.arraycopy(edge, from, c, to, columns);
            }
        }
    }

    /** Copies {@code depth x columns} of {@code b} into the panel; missing columns of a narrow panel become zeros. */
    private void pack(float[] b, int offset, int ldb, int depth, int columns) {
        if (columns == SgemmTile.COLUMNS) {
            for (int p = 0; p < depth; p++) {
                FloatVector left = FloatVector.fromArray(SgemmTile.SPECIES, b, offset + p * ldb);
                FloatVector right = FloatVector.fromArray(SgemmTile.SPECIES, b, offset + p * ldb + SgemmTile.LANES);
                left.intoArray(panel, p * SgemmTile.COLUMNS);
                right.intoArray(panel, p * SgemmTile.COLUMNS + SgemmTile.LANES);
            }
            return;
        }
        for (int p = 0; p < depth; p++) {
            int to = p * SgemmTile.COLUMNS;
            System.arraycopy(b, offset + p * ldb, panel, to, columns);
            Arrays.fill(panel, to + columns, to + SgemmTile.COLUMNS, 0f);
        }
    }

    @Override
    public void unpackRaw10(byte[] packed, int offset, int samples, float scale, float[] out, int outOffset) {
        Extents.checkRun("out", out.length, outOffset, samples);
        Extents.checkRun("packed", packed.length, offset, Extents.raw10Bytes(samples));
        pixels.raw10(packed, offset, samples, scale, out, outOffset);
    }

    @Override
    public void unpackU16(
            byte[] data, int offset, int samples, int rightShift, float scale, float[] out, int outOffset) {
        Extents.checkRun("out", out.length, outOffset, samples);
        Extents.checkRun("data", data.length, offset, 2L * samples);
        Extents.checkShift(rightShift);
        pixels.u16(data, offset, samples, rightShift, scale, out, outOffset);
    }

    @Override
    public void unpackU8(byte[] data, int offset, int samples, float scale, float[] out, int outOffset) {
        Extents.checkRun("out", out.length, outOffset, samples);
        Extents.checkRun("data", data.length, offset, samples);
        pixels.u8(data, offset, samples, scale, out, outOffset);
    }

    @Override
    public void bin2x2(float[] in, int inOffset, int rows, int cols, float[] out, int outOffset) {
        Extents.checkBlocks(in, inOffset, rows, cols, out, outOffset);
        for (int row = 0; row < rows; row += 2) {
            PixelKernels.bin(in, inOffset + row * cols, cols, out, outOffset + row / 2 * (cols / 2));
        }
    }

    @Override
    public void standardize(float[] x, int offset, int n, float[] out, int outOffset) {
        Extents.checkRun("x", x.length, offset, n);
        Extents.checkRun("out", out.length, outOffset, n);
        pixels.standardize(x, offset, n, out, outOffset);
    }

    @Override
    public void standardize(float[] x, int offset, int n, FloatBuffer out) {
        Extents.checkRun("x", x.length, offset, n);
        Extents.checkRun("out", out.limit(), 0, n);
        pixels.standardize(x, offset, n, out);
    }
}
