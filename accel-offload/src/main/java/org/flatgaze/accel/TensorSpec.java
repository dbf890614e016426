package org.flatgaze.accel;

/**
 * Name, element type and fixed shape of a program's input or output.
 *
 * @param name the tensor's name in the model
 * @param type element type
 * @param shape extents, outermost first (NCHW for pictures); no dynamic extent
 */
@SuppressWarnings("ArrayRecordComponent") // compared element-wise where it matters
public record TensorSpec(String name, ElementType type, int[] shape) {

    /** Element types that programs exchange. */
    public enum ElementType {
        FLOAT32(4),
        INT8(1),
        UINT8(1),
        INT32(4),
        INT64(8);

        private final int bytes;

        ElementType(int bytes) {
            this.bytes = bytes;
        }

        /** Bytes per element. */
        public int bytes() {
            return bytes;
        }
    }

    /** Number of elements. */
    public int elements() {
        int n = 1;
        for (int extent : shape) {
            n = Math.multiplyExact(n, extent);
        }
        return n;
    }
}
