package org.flatgaze.accel.onnx;

import ai.onnxruntime.OrtException;
import org.flatgaze.accel.AcceleratorException;

/** Turns the library's messages, which may run over several lines, into one line that names the model. */
final class OnnxFailure {

    private OnnxFailure() {}

    static AcceleratorException of(String model, String doing, OrtException cause) {
        return new AcceleratorException("model " + model + ": " + doing + " failed: " + oneLine(cause), cause);
    }

    static String oneLine(Throwable cause) {
        String message = cause.getMessage();
        return message == null
                ? cause.getClass().getSimpleName()
                : message.strip().replaceAll("\\s+", " ");
    }
}
