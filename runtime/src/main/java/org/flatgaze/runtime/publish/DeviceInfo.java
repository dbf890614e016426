package org.flatgaze.runtime.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a device tells about itself in its retained {@code info} topic.
 *
 * @param software version of FlatGaze
 * @param sensor what delivers the frames, in words
 * @param frameRateHz nominal, 0 when the source sets its own pace
 * @param roiPeriodFrames frames between two updates of the region of interest
 * @param accelerator backend in use
 * @param models models in use
 * @param calibrationId gaze calibration, null for none
 * @param imagesLeaveDevice whether the device's own configuration lets pictures out
 */
public record DeviceInfo(
        String software,
        String sensor,
        double frameRateHz,
        int roiPeriodFrames,
        String accelerator,
        List<Model> models,
        String calibrationId,
        boolean imagesLeaveDevice) {

    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final String SCHEMA_SHA_256 = sha256("contract/asyncapi.yaml");

    /**
     * A model in use.
     *
     * @param sha256 of its file, 64 hexadecimal digits
     */
    public record Model(String id, String sha256) {
        public Model {
            if (sha256 == null || !sha256.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException("sha256=" + sha256 + ": expected 64 hexadecimal digits");
            }
        }
    }

    public DeviceInfo {
        if (software == null || sensor == null || accelerator == null) {
            throw new IllegalArgumentException(
                    "software=" + software + ", sensor=" + sensor + ", accelerator=" + accelerator + ": expected text");
        }
        if (roiPeriodFrames < 1) {
            throw new IllegalArgumentException("roiPeriodFrames=" + roiPeriodFrames + ": expected at least 1");
        }
        if (!(frameRateHz >= 0 && frameRateHz <= 100_000)) {
            throw new IllegalArgumentException("frameRateHz=" + frameRateHz + ": expected 0..100000");
        }
        GazeCodec.requireCalibrationId(calibrationId);
        models = List.copyOf(models);
    }

    /** The same with another calibration. */
    public DeviceInfo withCalibrationId(String id) {
        return new DeviceInfo(
                software, sensor, frameRateHz, roiPeriodFrames, accelerator, models, id, imagesLeaveDevice);
    }

    /** The same with another backend, after a fall-back. */
    public DeviceInfo withAccelerator(String backend) {
        return new DeviceInfo(
                software, sensor, frameRateHz, roiPeriodFrames, backend, models, calibrationId, imagesLeaveDevice);
    }

    /**
     * The payload of {@code info}.
     *
     * @param monotonicNanos CLOCK_MONOTONIC at {@code utc}: their difference lets a subscriber turn {@code t} into UTC
     */
    byte[] payload(PublisherConfig config, Instant utc, long monotonicNanos) {
        Map<String, Object> clock = new LinkedHashMap<>();
        clock.put("name", "CLOCK_MONOTONIC");
        clock.put("utc_minus_clock_ns", utc.getEpochSecond() * 1_000_000_000L + utc.getNano() - monotonicNanos);
        clock.put("measured_utc", utc.toString());
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("v", GazeCodec.SCHEMA_VERSION);
        root.put("software", software);
        root.put("schema_sha256", SCHEMA_SHA_256);
        root.put("encoding", config.encoding().contentType());
        root.put("eyes", List.of(config.eye().topicPart()));
        root.put("frame", "openxr-view: right-handed, +X right, +Y up, -Z forward, origin at the eye");
        root.put("clock", clock);
        root.put("sensor", sensor);
        root.put("frame_rate_hz", frameRateHz);
        root.put("roi_period_frames", roiPeriodFrames);
        root.put("accelerator", accelerator);
        root.put("models", models);
        root.put("cal", calibrationId);
        root.put("images_leave_device", imagesLeaveDevice);
        try {
            return JSON.writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("info cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static String sha256(String resource) {
        String path = "/org/flatgaze/runtime/" + resource;
        try (InputStream in = DeviceInfo.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException(path + ": missing from the class path");
            }
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(path + ": cannot be read", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
