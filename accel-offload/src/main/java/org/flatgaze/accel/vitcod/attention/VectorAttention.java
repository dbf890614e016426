package org.flatgaze.accel.vitcod.attention;

import jdk.incubator.vector.FloatVector;
import org.flatgaze.accel.kernels.VectorSupport;

/**
 * Vector API kernels for every pattern. Before C2 has compiled them they are slow and allocate; run each shape a few
 * hundred times before it counts.
 */
final class VectorAttention implements SparseAttention {

    private static final int LANES = FloatVector.SPECIES_PREFERRED.length();

    private final DenseAttention denseAttention = new DenseAttention();
    private final TileAttention tileAttention = new TileAttention();
    private final PairAttention pairAttention = new PairAttention();

    VectorAttention() {
        if (!VectorSupport.isUsable()) {
            throw new IllegalStateException("vector kernels are not usable: " + VectorSupport.reason());
        }
    }

    @Override
    public String id() {
        return "vector";
    }

    @Override
    public void run(
            AttentionPattern pattern, HeadLayout shape, float[] q, float[] k, float[] v, float scale, float[] out) {
        shape.check(pattern, q, k, v, out);
        float factor = scale * AttentionPattern.LOG2_E;
        switch (pattern) {
            case DensePattern dense -> {
                requireLanes(dense.lanes());
                denseAttention.run(dense, shape, q, k, v, factor, out);
            }
            case TilePattern tiles -> {
                requireLanes(tiles.lanes());
                tileAttention.run(tiles, shape, q, k, v, factor, out);
            }
            case CsrPattern csr -> pairAttention.run(csr, shape, q, k, v, factor, out);
        }
    }

    static void requireLanes(int lanes) {
        if (lanes != LANES) {
            throw new IllegalArgumentException(
                    "pattern.lanes=" + lanes + ": expected " + LANES + "; compile the pattern on this machine");
        }
    }
}
