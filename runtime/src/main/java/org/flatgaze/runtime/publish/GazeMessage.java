package org.flatgaze.runtime.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import java.io.IOException;
import java.util.Locale;
import org.flatgaze.pipeline.FrameStatus;

/**
 * A gaze message as a subscriber reads it: strict, immutable, with null where the message has null.
 *
 * @param sequence frame number
 * @param captureNanos mid-exposure, CLOCK_MONOTONIC of the device
 * @param publishNanos when the sample left the frame thread, same clock
 * @param status what became of the frame
 * @param direction gaze direction, null unless {@code status} is OK
 * @param pupil pupil ellipse at the last ROI update, null when not seen
 * @param openness 0..1, null when unknown
 * @param confidence 0..1
 * @param roi region of interest in the 256 x 256 picture
 * @param roiAge frames since the one the region came from; -1 while it is only the initial guess
 * @param latency time of each stage
 * @param calibrationId id of the gaze calibration, null when there is none
 * @param dropped frames without a sample since the previous one: lost at the source or outrun by newer ones
 */
public record GazeMessage(
        long sequence,
        long captureNanos,
        long publishNanos,
        FrameStatus status,
        Direction direction,
        Pupil pupil,
        Float openness,
        float confidence,
        Roi roi,
        int roiAge,
        Latency latency,
        String calibrationId,
        int dropped) {

    private static final ObjectMapper CBOR = CBORMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /**
     * Where the eye looks.
     *
     * @param x unit vector, +X right
     * @param y unit vector, +Y up
     * @param z unit vector, -Z forward
     * @param yawDeg positive right
     * @param pitchDeg positive up
     */
    public record Direction(float x, float y, float z, float yawDeg, float pitchDeg) {}

    /** Ellipse: centre, half axes, pixels; angle in degrees. */
    public record Pupil(float x, float y, float major, float minor, float angleDeg) {}

    /** Rectangle: top-left corner and size, pixels. */
    public record Roi(int x, int y, int width, int height) {}

    /** Microseconds: waiting for the frame thread, the three stages, waiting for the publish thread. */
    public record Latency(
            long waitMicros, long reconstructMicros, long segmentMicros, long gazeMicros, long queueMicros) {}

    /**
     * Reads a message of either encoding.
     *
     * @param contentType {@code application/cbor}, {@code application/json} or null for CBOR
     * @throws MalformedMessageException if the payload is not exactly one message of a known version
     */
    public static GazeMessage decode(byte[] payload, String contentType) throws MalformedMessageException {
        return GazeEncoding.JSON.contentType().equals(contentType) ? decodeJson(payload) : decodeCbor(payload);
    }

    /**
     * Reads a CBOR array.
     *
     * @throws MalformedMessageException if the payload is not exactly one message of a known version
     */
    public static GazeMessage decodeCbor(byte[] payload) throws MalformedMessageException {
        JsonNode root = parse(CBOR, payload);
        if (!root.isArray()) {
            throw new MalformedMessageException("gaze message: expected an array, found " + kind(root));
        }
        FieldReader reader = new FieldReader(true);
        // The version comes first: a later layout may well have another length.
        reader.checkVersion(root.path(0));
        int fields = GazeField.WIRE_ORDER.size();
        if (root.size() != fields) {
            throw new MalformedMessageException("gaze message: expected " + fields + " fields, found " + root.size());
        }
        return reader.read(field -> root.get(field.position()));
    }

    /**
     * Reads a JSON object; the order of its members is free, their names are not.
     *
     * @throws MalformedMessageException if the payload is not exactly one message of a known version
     */
    public static GazeMessage decodeJson(byte[] payload) throws MalformedMessageException {
        JsonNode root = parse(JSON, payload);
        if (!root.isObject()) {
            throw new MalformedMessageException("gaze message: expected an object, found " + kind(root));
        }
        FieldReader reader = new FieldReader(false);
        reader.checkVersion(root.path(GazeField.VERSION.wireName()));
        for (GazeField field : GazeField.WIRE_ORDER) {
            if (!root.has(field.wireName())) {
                throw new MalformedMessageException("gaze message: field " + field.wireName() + " is missing");
            }
        }
        if (root.size() != GazeField.WIRE_ORDER.size()) {
            throw new MalformedMessageException(
                    "gaze message: expected " + GazeField.WIRE_ORDER.size() + " fields, found " + root.size());
        }
        return reader.read(field -> root.get(field.wireName()));
    }

    static String kind(JsonNode node) {
        return node.isMissingNode() ? "nothing" : node.getNodeType().name().toLowerCase(Locale.ROOT);
    }

    private static JsonNode parse(ObjectMapper mapper, byte[] payload) throws MalformedMessageException {
        try {
            return mapper.readTree(payload);
        } catch (JsonProcessingException e) {
            String text = e.getOriginalMessage().replace('\n', ' ');
            throw new MalformedMessageException("gaze message: " + text, e);
        } catch (IOException e) {
            throw new MalformedMessageException("gaze message: cannot be read: " + e.getMessage(), e);
        }
    }
}
