package org.flatgaze.accel;

/**
 * A model as it comes from disk: an ONNX file's bytes and the name to use in messages.
 *
 * @param name short id such as {@code "fbnet-c100"}, for messages only
 * @param onnx the complete ONNX file; not copied, must not be changed afterwards
 */
@SuppressWarnings("ArrayRecordComponent") // identity is enough: a source is never compared
public record ModelSource(String name, byte[] onnx) {
    public ModelSource {
        if (onnx.length == 0) {
            throw new IllegalArgumentException("model " + name + " is empty");
        }
    }
}
