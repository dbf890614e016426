package org.flatgaze.accel.cpu;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.flatgaze.accel.graph.Tensor;

/** Direct memory of an execution's inputs and outputs. */
public final class PinnedMemory {

    private static final int ALIGNMENT_BYTES = 64;

    private PinnedMemory() {}

    /** Native-order memory for a tensor, on a cache line of its own, filled with zeros. */
    public static ByteBuffer allocate(Tensor tensor) {
        int bytes = Math.toIntExact(tensor.bytes());
        return ByteBuffer.allocateDirect(Math.addExact(bytes, 2 * ALIGNMENT_BYTES))
                .alignedSlice(ALIGNMENT_BYTES)
                .slice(0, bytes)
                .order(ByteOrder.nativeOrder());
    }
}
