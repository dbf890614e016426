package org.flatgaze.runtime.remote;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.flatgaze.calibration.gaze.Direction;
import org.flatgaze.calibration.gaze.GazeProfiles;
import org.flatgaze.calibration.gaze.SimulatedUser;
import org.flatgaze.calibration.gaze.SyntheticTracker;
import org.flatgaze.calibration.session.CalibrationSession;
import org.flatgaze.calibration.session.GazeHistory;
import org.flatgaze.calibration.session.ProfileInUse;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.pipeline.gaze.UserCalibration;
import org.flatgaze.runtime.publish.DeviceInfo;
import org.flatgaze.runtime.publish.DeviceState;
import org.flatgaze.runtime.publish.Eye;
import org.flatgaze.runtime.publish.GazePublisher;
import org.flatgaze.runtime.publish.PahoTransport;
import org.flatgaze.runtime.publish.PublisherConfig;
import org.flatgaze.runtime.publish.PublisherListener;
import org.flatgaze.runtime.publish.Topics;
import org.flatgaze.runtime.publish.TransportConfig;

/** A device as {@code run} makes it, with made-up estimates of a simulated user instead of frames, on a clock that runs fast. */
final class CalibratedDevice implements AutoCloseable {

    static final Topics TOPICS = new Topics("headset-1");
    static final long SPEED = 3;
    private static final long FRAME_NANOS = 1_000_000_000L / 120;

    final GazeHistory history = new GazeHistory(2400);
    final GazeProfiles profiles;
    private final AtomicInteger sessions = new AtomicInteger();
    private final SimulatedUser user = new SimulatedUser(11, 0, 120);
    private final SyntheticTracker tracker = new SyntheticTracker(11);
    private final GazePublisher publisher;
    private final CalibrationDesk desk;
    private final float[] direction = new float[3];
    private volatile UserCalibration map = UserCalibration.IDENTITY;
    private volatile SimulatedUser.Showing showing =
            new SimulatedUser.Showing(0, new Direction(0, 0), new Direction(0, 0), Long.MAX_VALUE, Long.MIN_VALUE);
    volatile boolean away;
    private long sequence;
    private long lastNanos;

    CalibratedDevice(String url, Path folder) throws Exception {
        tracker.begin(0, 0);
        profiles = new GazeProfiles(folder);
        PahoTransport transport =
                new PahoTransport(TransportConfig.of(url, "device").withWill(TOPICS));
        publisher = new GazePublisher(
                PublisherConfig.of(TOPICS, Eye.RIGHT, PublisherConfig.Mode.NEWEST),
                new DeviceInfo("test", "made up", 120, 50, "none", List.of(), null, false),
                transport,
                this::frame,
                PublisherListener.SILENT);
        ProfileInUse inUse = new ProfileInUse(profiles, "camera-1", "net-1", (newMap, profileId) -> {
            map = newMap;
            publisher.info(publisher.info().withCalibrationId(profileId));
        });
        CalibrationSession session =
                new CalibrationSession(history, inUse, InstantSource.system(), () -> "s" + sessions.incrementAndGet());
        desk = new CalibrationDesk(TOPICS, session, CalibratedDevice::now, publisher::post, line -> {});
        transport.subscribe(TOPICS.command("+"), 1, desk);
        desk.start();
        publisher.state(DeviceState.READY);
        publisher.start();
        publisher.awaitReady(Duration.ofSeconds(30));
    }

    static long now() {
        return SPEED * System.nanoTime();
    }

    /** A target is drawn where the user can see it. */
    synchronized void see(double yawDeg, double pitchDeg) {
        showing = user.follow(new Direction(yawDeg, pitchDeg), now());
    }

    private boolean frame(GazeSample into) {
        long now = now();
        if (now - lastNanos < FRAME_NANOS) {
            return false;
        }
        lastNanos = now;
        into.clear();
        into.sequence = sequence++;
        into.captureNanos = now;
        into.publishNanos = System.nanoTime();
        Direction seen = away ? null : tracker.estimate(showing.gazeAt(now), showing.opennessAt(now));
        into.status = seen == null ? FrameStatus.EYE_CLOSED : FrameStatus.OK;
        if (seen != null) {
            double[] unit = seen.unit();
            into.networkX = (float) unit[0];
            into.networkY = (float) unit[1];
            into.networkZ = (float) unit[2];
            direction[0] = into.networkX;
            direction[1] = into.networkY;
            direction[2] = into.networkZ;
            map.apply(direction);
            into.dirX = direction[0];
            into.dirY = direction[1];
            into.dirZ = direction[2];
            Direction shown = Direction.of(into.dirX, into.dirY, into.dirZ);
            into.yawDeg = (float) shown.yawDeg();
            into.pitchDeg = (float) shown.pitchDeg();
        }
        history.add(into.captureNanos, into.networkX, into.networkY, into.networkZ);
        return true;
    }

    long published() {
        return publisher.counters().published();
    }

    @Override
    public void close() {
        publisher.close();
        desk.close();
    }
}
