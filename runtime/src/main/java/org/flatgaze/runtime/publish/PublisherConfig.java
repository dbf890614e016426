package org.flatgaze.runtime.publish;

import java.time.Duration;

/**
 * What a {@link GazePublisher} publishes and how.
 *
 * @param topics topic tree of the device
 * @param eye which eye the samples belong to
 * @param encoding how gaze messages are written
 * @param mode what gives when the broker is slower than the gaze
 * @param gazeQos 0 or 1
 * @param sampleAgeMax NEWEST: a sample that waited longer than this for the publish thread goes out only if there is no
 *     newer one
 * @param roiWidth columns of the region of interest, pixels
 * @param roiHeight rows of the region of interest, pixels
 */
public record PublisherConfig(
        Topics topics,
        Eye eye,
        GazeEncoding encoding,
        Mode mode,
        int gazeQos,
        Duration sampleAgeMax,
        int roiWidth,
        int roiHeight) {

    /** What gives when the broker is slower than the gaze. */
    public enum Mode {
        /** The source waits: every sample is published. For demo, replay and bench. */
        LOSSLESS,
        /** The oldest samples are dropped and counted: what is published is fresh. For live use. */
        NEWEST
    }

    /** Gaze messages expire at the broker after this, and are not sent at all when older in NEWEST mode. */
    public static final int GAZE_EXPIRY_SECONDS = 1;

    public PublisherConfig {
        if (gazeQos < 0 || gazeQos > 1) {
            throw new IllegalArgumentException("gazeQos=" + gazeQos + ": expected 0 or 1");
        }
        if (sampleAgeMax.isNegative() || sampleAgeMax.compareTo(Duration.ofSeconds(GAZE_EXPIRY_SECONDS)) > 0) {
            throw new IllegalArgumentException(
                    "sampleAgeMax=" + sampleAgeMax + ": expected 0.." + GAZE_EXPIRY_SECONDS + " s");
        }
    }

    /** CBOR, QoS 0, at most 8 ms old (two frames at 240 a second), the fixed region of 160 columns x 96 rows. */
    public static PublisherConfig of(Topics topics, Eye eye, Mode mode) {
        return new PublisherConfig(topics, eye, GazeEncoding.CBOR, mode, 0, Duration.ofMillis(8), 160, 96);
    }

    /** The same in another encoding. */
    public PublisherConfig withEncoding(GazeEncoding other) {
        return new PublisherConfig(topics, eye, other, mode, gazeQos, sampleAgeMax, roiWidth, roiHeight);
    }

    /** The same with another quality of service for gaze. */
    public PublisherConfig withGazeQos(int qos) {
        return new PublisherConfig(topics, eye, encoding, mode, qos, sampleAgeMax, roiWidth, roiHeight);
    }
}
