package org.flatgaze.runtime.demo;

import java.util.LinkedHashMap;
import java.util.Map;
import org.flatgaze.flatcam.replay.FrameCache;
import org.flatgaze.flatcam.replay.FrameTruth;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.runtime.loop.EventCount;
import org.flatgaze.runtime.loop.LatencyRecorder;

/**
 * What is learnt from every published sample: error, age of the region, times of the stages, statuses. The publish thread
 * adds and nothing is allocated; the getters that say so may be called meanwhile.
 */
final class RunMeter implements PublishMeter.Accepted {

    private final FrameCache cache;
    private final GazeAccount account;
    private final FrameTruth truth = new FrameTruth();
    private final LatencyRecorder reconstruct = new LatencyRecorder();
    private final LatencyRecorder gaze = new LatencyRecorder();

    /** By the code of the status, which is small. */
    private final long[] statuses = new long[16];

    private long lostAtSource;
    private long regionsInFrame;
    private int roiAgeMax;
    private volatile float yawDeg = Float.NaN;
    private volatile float pitchDeg = Float.NaN;
    private volatile int roiAge;
    private final EventCount frames = new EventCount();

    RunMeter(FrameCache cache) {
        this.cache = cache;
        this.account = new GazeAccount(cache.frameCount());
    }

    @Override
    public void accept(GazeSample sample) {
        cache.readTruth((int) sample.sequence, truth);
        account.add(sample, truth);
        statuses[sample.status.code()]++;
        lostAtSource += sample.dropped;
        regionsInFrame += sample.segmentNanos > 0 ? 1 : 0;
        roiAgeMax = Math.max(roiAgeMax, sample.roiAge);
        reconstruct.record(sample.reconstructNanos);
        gaze.record(sample.gazeNanos);
        yawDeg = sample.yawDeg;
        pitchDeg = sample.pitchDeg;
        roiAge = sample.roiAge;
        frames.increment();
    }

    /** Samples added. Any thread. */
    long frames() {
        return frames.get();
    }

    /** Of the last sample, NaN without a direction. Any thread. */
    float yawDeg() {
        return yawDeg;
    }

    /** Of the last sample, NaN without a direction. Any thread. */
    float pitchDeg() {
        return pitchDeg;
    }

    /** Of the last sample. Any thread. */
    int roiAge() {
        return roiAge;
    }

    /** Error of the last frame that counted. Any thread. */
    float errorDeg() {
        return account.lastErrorDeg();
    }

    GazeAccount.Result result() {
        return account.result();
    }

    LatencyRecorder.Summary reconstruct() {
        return reconstruct.summary();
    }

    LatencyRecorder.Summary gaze() {
        return gaze.summary();
    }

    int roiAgeMax() {
        return roiAgeMax;
    }

    /** Regions that were computed inside a frame, because there was none yet. */
    long regionsInFrame() {
        return regionsInFrame;
    }

    /** Samples that could not carry a direction although somebody may have looked, by cause. */
    Map<String, Long> dropped() {
        Map<String, Long> dropped = new LinkedHashMap<>();
        dropped.put("source", lostAtSource);
        dropped.put("late", statuses[FrameStatus.LATE.code()]);
        dropped.put("failed", statuses[FrameStatus.FAILED.code()]);
        dropped.put("saturated", statuses[FrameStatus.SATURATED.code()]);
        dropped.put("dark", statuses[FrameStatus.DARK.code()]);
        return dropped;
    }
}
