package org.flatgaze.accel.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The native library and its one environment: loaded at most once per process, never unloaded. */
final class OnnxLibrary {

    /**
     * Longest command line the library is loaded under. Version 1.29.0 reads {@code /proc/self/cmdline} while it starts
     * and crashes the JVM when that is long: 3,980 bytes passed, 3,981 did not. A list of jars is easily longer.
     */
    private static final int MAX_COMMAND_LINE_BYTES = 3072;

    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private OnnxLibrary() {}

    /** Why the library cannot be used and what would help, or null. */
    static String refusal() {
        return Holder.REFUSAL;
    }

    /** The environment; only where {@link #refusal} is null. */
    static OrtEnvironment environment() {
        return Holder.ENVIRONMENT;
    }

    /** Why a command line of this length is refused, or null. */
    static String refusalOfCommandLine(int bytes) {
        if (bytes <= MAX_COMMAND_LINE_BYTES) {
            return null;
        }
        return "the command line of this JVM is " + bytes + " bytes long and ONNX Runtime crashes on long ones; keep it"
                + " below " + MAX_COMMAND_LINE_BYTES
                + ": pass the class path in the variable CLASSPATH or in an argument file (java @file)";
    }

    private static String commandLineRefusal() {
        try {
            return refusalOfCommandLine(Files.readAllBytes(COMMAND_LINE).length);
        } catch (IOException _) { // no such file on this system: then nobody reads it
            return null;
        }
    }

    private static final class Holder {
        static final OrtEnvironment ENVIRONMENT;
        static final String REFUSAL;

        static {
            OrtEnvironment environment = null;
            String refusal = commandLineRefusal();
            if (refusal == null) {
                try {
                    environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "flatgaze");
                } catch (LinkageError | IllegalStateException e) {
                    Throwable cause = e.getCause() == null ? e : e.getCause();
                    refusal = "its native library does not load (" + OnnxFailure.oneLine(cause)
                            + "); it needs Linux on x86-64 or arm64 with glibc 2.28 or newer and a writable temporary"
                            + " folder, or set -Donnxruntime.native.path";
                }
            }
            ENVIRONMENT = environment;
            REFUSAL = refusal;
        }
    }
}
