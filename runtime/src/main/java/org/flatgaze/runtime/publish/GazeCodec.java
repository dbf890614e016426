package org.flatgaze.runtime.publish;

import java.util.Locale;
import java.util.regex.Pattern;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;

/**
 * Writes gaze samples as messages into one reused buffer, CBOR or JSON, fields in the order of {@link GazeField}.
 *
 * <p>A direction leaves only with a frame whose status is OK: for any other status {@code dir}, {@code yaw} and
 * {@code pitch} are null whatever the sample holds, and an OK sample without a finite direction goes out as failed.
 *
 * <p>Allocates nothing per message; one thread. {@link GazeMessage} is the way back.
 */
public final class GazeCodec {

    /** Version of the message layout; raised with any change that an old reader would misread. */
    public static final int SCHEMA_VERSION = 1;

    /** Longest calibration id. */
    public static final int CALIBRATION_ID_LENGTH_MAX = 64;

    private static final Pattern CALIBRATION_ID =
            Pattern.compile("[A-Za-z0-9._-]{1," + CALIBRATION_ID_LENGTH_MAX + "}");

    // Every field at its longest: 184 bytes of CBOR, about 730 of JSON, plus the calibration id.
    private static final int BUFFER_BYTES = 1024;
    private static final byte[][] KEYS = keys();
    private static final byte[][] STATUS_WORDS = statusWords();

    // A ten-millionth of a unit vector is 0.00001 degrees, far below what a tracker resolves.
    private static final int DIRECTION_DECIMALS = 7;
    private static final int ANGLE_DECIMALS = 5;
    private static final int PIXEL_DECIMALS = 3;
    private static final int RATIO_DECIMALS = 4;

    private final GazeEncoding encoding;
    private final int roiWidth;
    private final int roiHeight;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final CborWriter cbor = new CborWriter(buffer);
    private final JsonAppender json = new JsonAppender(buffer);
    private byte[] calibrationId;

    /**
     * @param encoding how messages are written
     * @param roiWidth columns of the region of interest, pixels, 1..256
     * @param roiHeight rows of the region of interest, pixels, 1..256
     */
    public GazeCodec(GazeEncoding encoding, int roiWidth, int roiHeight) {
        checkRoi("roiWidth", roiWidth);
        checkRoi("roiHeight", roiHeight);
        this.encoding = encoding;
        this.roiWidth = roiWidth;
        this.roiHeight = roiHeight;
    }

    /**
     * Sets the calibration id of the messages that follow.
     *
     * @param id 1 to {@value #CALIBRATION_ID_LENGTH_MAX} letters, digits and {@code . _ -}, or null for none
     */
    public void calibrationId(String id) {
        calibrationId = id == null ? null : Ascii.bytes(requireCalibrationId(id));
    }

    /** How this codec writes. */
    public GazeEncoding encoding() {
        return encoding;
    }

    /** The buffer that {@link #encode} fills; valid until the next call of it. */
    public byte[] buffer() {
        return buffer;
    }

    /**
     * Writes one message at the start of {@link #buffer()}.
     *
     * @param sample what to write; only read
     * @param nowNanos CLOCK_MONOTONIC now, for the time that the sample waited for this thread
     * @return length of the message in bytes
     */
    public int encode(GazeSample sample, long nowNanos) {
        FrameStatus status = sample.status;
        boolean finite = Float.isFinite(sample.dirX) && Float.isFinite(sample.dirY) && Float.isFinite(sample.dirZ);
        if (status == FrameStatus.OK && !finite) {
            status = FrameStatus.FAILED;
        }
        return encoding == GazeEncoding.CBOR
                ? encodeCbor(sample, status, nowNanos)
                : encodeJson(sample, status, nowNanos);
    }

    static String requireCalibrationId(String id) {
        if (id != null && !CALIBRATION_ID.matcher(id).matches()) {
            throw new IllegalArgumentException("calibrationId=" + id + ": expected 1 to " + CALIBRATION_ID_LENGTH_MAX
                    + " letters, digits, '.', '_' and '-'");
        }
        return id;
    }

    /** The word of a status in JSON. */
    static String word(FrameStatus status) {
        return status.name().toLowerCase(Locale.ROOT);
    }

    private int encodeCbor(GazeSample sample, FrameStatus status, long nowNanos) {
        boolean valid = status == FrameStatus.OK;
        cbor.reset();
        cbor.array(KEYS.length);
        cbor.integer(SCHEMA_VERSION);
        cbor.integer(sample.sequence);
        cbor.integer(sample.captureNanos);
        cbor.integer(sample.publishNanos);
        cbor.integer(status.code());
        if (valid) {
            cbor.array(3);
            cbor.float32OrNull(sample.dirX);
            cbor.float32OrNull(sample.dirY);
            cbor.float32OrNull(sample.dirZ);
        } else {
            cbor.nil();
        }
        cbor.float32OrNull(valid ? sample.yawDeg : Float.NaN);
        cbor.float32OrNull(valid ? sample.pitchDeg : Float.NaN);
        if (pupilSeen(sample)) {
            cbor.array(5);
            cbor.float32OrNull(sample.pupilX);
            cbor.float32OrNull(sample.pupilY);
            cbor.float32OrNull(sample.pupilMajor);
            cbor.float32OrNull(sample.pupilMinor);
            cbor.float32OrNull(sample.pupilAngleDeg);
        } else {
            cbor.nil();
        }
        cbor.float32OrNull(openness(sample));
        cbor.float32OrNull(confidence(sample));
        cbor.array(4);
        cbor.integer(sample.roiX);
        cbor.integer(sample.roiY);
        cbor.integer(roiWidth);
        cbor.integer(roiHeight);
        cbor.integer(sample.roiAge);
        cbor.array(5);
        cbor.integer(micros(sample.waitNanos));
        cbor.integer(micros(sample.reconstructNanos));
        cbor.integer(micros(sample.segmentNanos));
        cbor.integer(micros(sample.gazeNanos));
        cbor.integer(micros(nowNanos - sample.publishNanos));
        if (calibrationId == null) {
            cbor.nil();
        } else {
            cbor.text(calibrationId);
        }
        cbor.integer(sample.dropped);
        return cbor.length();
    }

    private int encodeJson(GazeSample sample, FrameStatus status, long nowNanos) {
        boolean valid = status == FrameStatus.OK;
        json.reset();
        integer(GazeField.VERSION, SCHEMA_VERSION);
        integer(GazeField.SEQUENCE, sample.sequence);
        integer(GazeField.CAPTURE, sample.captureNanos);
        integer(GazeField.PUBLISH, sample.publishNanos);
        key(GazeField.STATUS);
        json.raw('"');
        json.raw(STATUS_WORDS[status.code()]);
        json.raw('"');
        key(GazeField.DIRECTION);
        if (valid) {
            first(sample.dirX, DIRECTION_DECIMALS);
            next(sample.dirY, DIRECTION_DECIMALS);
            next(sample.dirZ, DIRECTION_DECIMALS);
            json.raw(']');
        } else {
            json.nil();
        }
        decimal(GazeField.YAW, valid ? sample.yawDeg : Float.NaN, ANGLE_DECIMALS);
        decimal(GazeField.PITCH, valid ? sample.pitchDeg : Float.NaN, ANGLE_DECIMALS);
        key(GazeField.PUPIL);
        if (pupilSeen(sample)) {
            first(sample.pupilX, PIXEL_DECIMALS);
            next(sample.pupilY, PIXEL_DECIMALS);
            next(sample.pupilMajor, PIXEL_DECIMALS);
            next(sample.pupilMinor, PIXEL_DECIMALS);
            next(sample.pupilAngleDeg, PIXEL_DECIMALS);
            json.raw(']');
        } else {
            json.nil();
        }
        decimal(GazeField.OPENNESS, openness(sample), RATIO_DECIMALS);
        decimal(GazeField.CONFIDENCE, confidence(sample), RATIO_DECIMALS);
        key(GazeField.ROI);
        first(sample.roiX);
        next(sample.roiY);
        next(roiWidth);
        next(roiHeight);
        json.raw(']');
        integer(GazeField.ROI_AGE, sample.roiAge);
        key(GazeField.LATENCY);
        first(micros(sample.waitNanos));
        next(micros(sample.reconstructNanos));
        next(micros(sample.segmentNanos));
        next(micros(sample.gazeNanos));
        next(micros(nowNanos - sample.publishNanos));
        json.raw(']');
        key(GazeField.CALIBRATION);
        if (calibrationId == null) {
            json.nil();
        } else {
            json.raw('"');
            json.raw(calibrationId);
            json.raw('"');
        }
        integer(GazeField.DROPPED, sample.dropped);
        json.raw('}');
        return json.length();
    }

    private void key(GazeField field) {
        json.raw(KEYS[field.position()]);
    }

    private void integer(GazeField field, long value) {
        key(field);
        json.integer(value);
    }

    private void decimal(GazeField field, float value, int decimals) {
        key(field);
        json.decimalOrNull(value, decimals);
    }

    private void first(float value, int decimals) {
        json.raw('[');
        json.decimalOrNull(value, decimals);
    }

    private void next(float value, int decimals) {
        json.raw(',');
        json.decimalOrNull(value, decimals);
    }

    private void first(long value) {
        json.raw('[');
        json.integer(value);
    }

    private void next(long value) {
        json.raw(',');
        json.integer(value);
    }

    private static boolean pupilSeen(GazeSample sample) {
        return Float.isFinite(sample.pupilX)
                && Float.isFinite(sample.pupilY)
                && Float.isFinite(sample.pupilMajor)
                && Float.isFinite(sample.pupilMinor)
                && Float.isFinite(sample.pupilAngleDeg);
    }

    private static float openness(GazeSample sample) {
        return Float.isFinite(sample.openness) ? Math.clamp(sample.openness, 0f, 1f) : Float.NaN;
    }

    private static float confidence(GazeSample sample) {
        return Float.isFinite(sample.confidence) ? Math.clamp(sample.confidence, 0f, 1f) : 0f;
    }

    private static long micros(long nanos) {
        return nanos <= 0 ? 0 : (nanos + 500) / 1000;
    }

    private static void checkRoi(String name, int pixels) {
        if (pixels < 1 || pixels > 256) {
            throw new IllegalArgumentException(name + "=" + pixels + ": expected 1..256");
        }
    }

    private static byte[][] keys() {
        byte[][] keys = new byte[GazeField.WIRE_ORDER.size()][];
        for (GazeField field : GazeField.WIRE_ORDER) {
            keys[field.position()] = Ascii.bytes((field.position() == 0 ? "{\"" : ",\"") + field.wireName() + "\":");
        }
        return keys;
    }

    private static byte[][] statusWords() {
        byte[][] words = new byte[FrameStatus.values().length][];
        for (FrameStatus status : FrameStatus.values()) {
            words[status.code()] = Ascii.bytes(word(status));
        }
        return words;
    }
}
