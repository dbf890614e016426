package org.flatgaze.runtime.publish;

/** How gaze messages are written. */
public enum GazeEncoding {
    /** Definite-length array with 32-bit floats: the default. */
    CBOR("application/cbor"),
    /** Object with the same fields by name, for benches and debugging. */
    JSON("application/json");

    private final String contentType;

    GazeEncoding(String contentType) {
        this.contentType = contentType;
    }

    /** MQTT 5 content type. */
    public String contentType() {
        return contentType;
    }
}
