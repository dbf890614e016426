package org.flatgaze.runtime.publish;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Function;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.runtime.publish.GazeMessage.Direction;
import org.flatgaze.runtime.publish.GazeMessage.Latency;
import org.flatgaze.runtime.publish.GazeMessage.Pupil;
import org.flatgaze.runtime.publish.GazeMessage.Roi;

/** Turns the values of a decoded message into a {@link GazeMessage}, checking type and range of each. */
final class FieldReader {

    // A 32-bit unit vector is good to 1e-7; JSON rounds to 1e-7 a component.
    private static final double NORM_TOLERANCE = 1e-4;
    private static final int PICTURE = 256;

    private final boolean binary;

    /** @param binary whether floats must be written as floats and the status as its code */
    FieldReader(boolean binary) {
        this.binary = binary;
    }

    void checkVersion(JsonNode node) throws MalformedMessageException {
        if (!node.isIntegralNumber()) {
            throw wrong(GazeField.VERSION, "an integer", node);
        }
        if (node.longValue() != GazeCodec.SCHEMA_VERSION) {
            throw new MalformedMessageException(
                    "gaze message: field v is " + node.asText() + ", this reader knows " + GazeCodec.SCHEMA_VERSION);
        }
    }

    GazeMessage read(Function<GazeField, JsonNode> fields) throws MalformedMessageException {
        FrameStatus status = status(fields.apply(GazeField.STATUS));
        return new GazeMessage(
                integer(fields, GazeField.SEQUENCE, 0, Long.MAX_VALUE),
                integer(fields, GazeField.CAPTURE, Long.MIN_VALUE, Long.MAX_VALUE),
                integer(fields, GazeField.PUBLISH, Long.MIN_VALUE, Long.MAX_VALUE),
                status,
                direction(status, fields),
                pupil(fields.apply(GazeField.PUPIL)),
                openness(fields.apply(GazeField.OPENNESS)),
                inRange(GazeField.CONFIDENCE, fields.apply(GazeField.CONFIDENCE), 0, 1),
                roi(fields.apply(GazeField.ROI)),
                (int) integer(fields, GazeField.ROI_AGE, -1, Integer.MAX_VALUE),
                latency(fields.apply(GazeField.LATENCY)),
                calibrationId(fields.apply(GazeField.CALIBRATION)),
                (int) integer(fields, GazeField.DROPPED, 0, Integer.MAX_VALUE));
    }

    private FrameStatus status(JsonNode node) throws MalformedMessageException {
        if (binary ? !node.isIntegralNumber() : !node.isTextual()) {
            throw wrong(GazeField.STATUS, binary ? "an integer" : "a word", node);
        }
        for (FrameStatus status : FrameStatus.values()) {
            boolean same = binary
                    ? status.code() == node.longValue()
                    : GazeCodec.word(status).equals(node.textValue());
            if (same) {
                return status;
            }
        }
        throw new MalformedMessageException("gaze message: field status is unknown: " + node.asText());
    }

    private Direction direction(FrameStatus status, Function<GazeField, JsonNode> fields)
            throws MalformedMessageException {
        JsonNode vector = fields.apply(GazeField.DIRECTION);
        JsonNode yaw = fields.apply(GazeField.YAW);
        JsonNode pitch = fields.apply(GazeField.PITCH);
        if (status != FrameStatus.OK) {
            if (!vector.isNull() || !yaw.isNull() || !pitch.isNull()) {
                throw new MalformedMessageException("gaze message: field dir: a frame with status "
                        + GazeCodec.word(status) + " must not carry a direction");
            }
            return null;
        }
        array(GazeField.DIRECTION, vector, 3);
        float x = inRange(GazeField.DIRECTION, vector.get(0), -1.001, 1.001);
        float y = inRange(GazeField.DIRECTION, vector.get(1), -1.001, 1.001);
        float z = inRange(GazeField.DIRECTION, vector.get(2), -1.001, 1.001);
        double norm = Math.sqrt((double) x * x + (double) y * y + (double) z * z);
        if (Math.abs(norm - 1) > NORM_TOLERANCE) {
            throw new MalformedMessageException("gaze message: field dir has length " + norm + ", expected 1");
        }
        return new Direction(x, y, z, inRange(GazeField.YAW, yaw, -180, 180), inRange(GazeField.PITCH, pitch, -90, 90));
    }

    private Pupil pupil(JsonNode node) throws MalformedMessageException {
        if (node.isNull()) {
            return null;
        }
        array(GazeField.PUPIL, node, 5);
        float[] values = new float[5];
        for (int i = 0; i < values.length; i++) {
            values[i] = inRange(GazeField.PUPIL, node.get(i), -1e6, 1e6);
        }
        return new Pupil(values[0], values[1], values[2], values[3], values[4]);
    }

    private Float openness(JsonNode node) throws MalformedMessageException {
        return node.isNull() ? null : Float.valueOf(inRange(GazeField.OPENNESS, node, 0, 1));
    }

    private static Roi roi(JsonNode node) throws MalformedMessageException {
        array(GazeField.ROI, node, 4);
        return new Roi(
                (int) integer(GazeField.ROI, node.get(0), 0, PICTURE),
                (int) integer(GazeField.ROI, node.get(1), 0, PICTURE),
                (int) integer(GazeField.ROI, node.get(2), 1, PICTURE),
                (int) integer(GazeField.ROI, node.get(3), 1, PICTURE));
    }

    private static Latency latency(JsonNode node) throws MalformedMessageException {
        array(GazeField.LATENCY, node, 5);
        long[] micros = new long[5];
        for (int i = 0; i < micros.length; i++) {
            micros[i] = integer(GazeField.LATENCY, node.get(i), 0, Long.MAX_VALUE);
        }
        return new Latency(micros[0], micros[1], micros[2], micros[3], micros[4]);
    }

    private static String calibrationId(JsonNode node) throws MalformedMessageException {
        if (node.isNull()) {
            return null;
        }
        if (!node.isTextual()) {
            throw wrong(GazeField.CALIBRATION, "text or null", node);
        }
        return node.textValue();
    }

    private float inRange(GazeField field, JsonNode node, double low, double high) throws MalformedMessageException {
        if (binary ? !node.isFloatingPointNumber() : !node.isNumber()) {
            throw wrong(field, binary ? "a float" : "a number", node);
        }
        double value = node.doubleValue();
        if (!(value >= low && value <= high)) {
            throw new MalformedMessageException(
                    "gaze message: field " + field.wireName() + " is " + value + ", expected " + low + ".." + high);
        }
        return (float) value;
    }

    private static long integer(Function<GazeField, JsonNode> fields, GazeField field, long low, long high)
            throws MalformedMessageException {
        return integer(field, fields.apply(field), low, high);
    }

    private static long integer(GazeField field, JsonNode node, long low, long high) throws MalformedMessageException {
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
            throw wrong(field, "an integer", node);
        }
        long value = node.longValue();
        if (value < low || value > high) {
            throw new MalformedMessageException(
                    "gaze message: field " + field.wireName() + " is " + value + ", expected " + low + ".." + high);
        }
        return value;
    }

    private static void array(GazeField field, JsonNode node, int length) throws MalformedMessageException {
        if (!node.isArray() || node.size() != length) {
            throw wrong(field, "an array of " + length, node);
        }
    }

    private static MalformedMessageException wrong(GazeField field, String expected, JsonNode node) {
        String found = node.isArray() ? "an array of " + node.size() : GazeMessage.kind(node);
        return new MalformedMessageException(
                "gaze message: field " + field.wireName() + ": expected " + expected + ", found " + found);
    }
}
