package org.flatgaze.accel.cpu;

import org.flatgaze.accel.kernels.KernelSet;

/**
 * What one execution owns: every tensor lies in the arena; scratch is used by one kernel at a time.
 *
 * @param arena tensors, with room for one wide panel behind the last
 * @param scratch rows of a convolution's input with their padding
 * @param edge one tile that does not fit where it belongs
 * @param kernels products of activations
 */
@SuppressWarnings("ArrayRecordComponent") // compared by identity only
record Memory(float[] arena, float[] scratch, float[] edge, KernelSet kernels) {

    static Memory allocate(int arenaFloats, int scratchFloats) {
        return new Memory(
                new float[Math.addExact(arenaFloats, 2 * ConvTile.WIDE)],
                new float[scratchFloats + ConvTile.WIDE],
                new float[ConvTile.TALL * ConvTile.WIDE],
                KernelSet.best());
    }
}
