package org.flatgaze.accel.vitcod.attention;

final class ScalarAttentionTest extends SparseAttentionContract {
    @Override
    int layersPerFile() {
        return 1;
    }

    @Override
    SparseAttention kernel() {
        return SparseAttention.scalar();
    }
}
