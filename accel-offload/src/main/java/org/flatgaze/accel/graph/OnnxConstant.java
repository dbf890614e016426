package org.flatgaze.accel.graph;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A constant tensor of a model, either real or whole numbers.
 *
 * @param dims extents, may be empty for a scalar
 * @param floats the values if real, else null
 * @param integers the values if whole, else null
 * @param signed of 8-bit whole numbers
 * @param origin the 8-bit numbers and scales these floats were dequantised from, or null
 */
@SuppressWarnings("ArrayRecordComponent") // compared by identity only
record OnnxConstant(int[] dims, float[] floats, long[] integers, boolean signed, Int8Origin origin) {

    /** Where dequantised weights came from: {@code real = scale[index along axis] * q}. */
    @SuppressWarnings("ArrayRecordComponent") // compared by identity only
    record Int8Origin(long[] values, float[] scale, int[] zeroPoint, boolean signed, int axis) {}

    int elements() {
        return floats != null ? floats.length : integers.length;
    }

    static OnnxConstant ofFloats(int[] dims, float[] floats) {
        return new OnnxConstant(dims, floats, null, false, null);
    }

    /** The single number of a scalar or one-element tensor. */
    double scalar() {
        if (elements() != 1) {
            throw new IllegalArgumentException("constant of " + elements() + " elements: expected 1");
        }
        return floats != null ? floats[0] : integers[0];
    }

    float[] requireFloats() {
        if (floats == null) {
            throw new IllegalArgumentException("constant of whole numbers: expected float32");
        }
        return floats;
    }

    int[] requireInts() {
        if (integers == null) {
            throw new IllegalArgumentException("constant of real numbers: expected whole ones");
        }
        int[] out = new int[integers.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, integers[i]));
        }
        return out;
    }

    /** @throws IllegalArgumentException if the type is not supported or the data does not match the extents */
    static OnnxConstant of(TensorProto proto) {
        if (proto.getDataLocation() == DataLocation.EXTERNAL) {
            throw new IllegalArgumentException(
                    "initializer " + proto.getName() + " lies in another file; save the model with its weights inside");
        }
        int[] dims = new int[proto.getDimsCount()];
        long count = 1;
        for (int d = 0; d < dims.length; d++) {
            dims[d] = Math.toIntExact(proto.getDims(d));
            count = Math.multiplyExact(count, proto.getDims(d));
        }
        if (count < 0 || count > Integer.MAX_VALUE / 4) {
            throw new IllegalArgumentException("initializer " + proto.getName() + " has " + count + " elements");
        }
        int n = (int) count;
        TensorProto.DataType type = TensorProto.DataType.forNumber(proto.getDataType());
        if (type == null) {
            throw new IllegalArgumentException(
                    "initializer " + proto.getName() + " has unknown type " + proto.getDataType());
        }
        return switch (type) {
            case FLOAT -> ofFloats(dims, floats(proto, n));
            case DOUBLE -> ofFloats(dims, doubles(proto, n));
            case INT8, UINT8, INT32, INT64, BOOL ->
                new OnnxConstant(dims, null, integers(proto, type, n), type == TensorProto.DataType.INT8, null);
            default ->
                throw new IllegalArgumentException("initializer " + proto.getName() + " holds " + type
                        + "; expected FLOAT, DOUBLE, INT8, UINT8, INT32 or INT64");
        };
    }

    private static float[] floats(TensorProto proto, int n) {
        float[] out = new float[n];
        if (proto.hasRawData()) {
            raw(proto, 4L * n).asFloatBuffer().get(out);
            return out;
        }
        requireCount(proto, proto.getFloatDataCount(), n);
        for (int i = 0; i < n; i++) {
            out[i] = proto.getFloatData(i);
        }
        return out;
    }

    private static float[] doubles(TensorProto proto, int n) {
        float[] out = new float[n];
        ByteBuffer raw = proto.hasRawData() ? raw(proto, 8L * n) : null;
        if (raw == null) {
            requireCount(proto, proto.getDoubleDataCount(), n);
        }
        for (int i = 0; i < n; i++) {
            out[i] = (float) (raw != null ? raw.getDouble() : proto.getDoubleData(i));
        }
        return out;
    }

    private static long[] integers(TensorProto proto, TensorProto.DataType type, int n) {
        int bytes = type == TensorProto.DataType.INT64 ? 8 : type == TensorProto.DataType.INT32 ? 4 : 1;
        long[] out = new long[n];
        ByteBuffer raw = proto.hasRawData() ? raw(proto, (long) bytes * n) : null;
        if (raw == null) {
            requireCount(proto, bytes == 8 ? proto.getInt64DataCount() : proto.getInt32DataCount(), n);
        }
        for (int i = 0; i < n; i++) {
            if (raw == null) {
                out[i] = bytes == 8 ? proto.getInt64Data(i) : proto.getInt32Data(i);
            } else if (bytes == 1) {
                byte value = raw.get();
                out[i] = type == TensorProto.DataType.INT8 ? value : Byte.toUnsignedInt(value);
            } else {
                out[i] = bytes == 8 ? raw.getLong() : raw.getInt();
            }
        }
        return out;
    }

    private static ByteBuffer raw(TensorProto proto, long bytes) {
        requireCount(proto, proto.getRawData().size(), bytes);
        return proto.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void requireCount(TensorProto proto, long have, long expected) {
        if (have != expected) {
            throw new IllegalArgumentException("initializer " + proto.getName() + " holds " + have
                    + " numbers or bytes: expected " + expected + " for its extents; is the file cut short?");
        }
    }
}
