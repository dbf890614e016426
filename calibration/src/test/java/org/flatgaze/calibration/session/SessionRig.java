package org.flatgaze.calibration.session;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.flatgaze.calibration.gaze.Direction;
import org.flatgaze.calibration.gaze.GazeProfiles;
import org.flatgaze.calibration.gaze.SimulatedUser;
import org.flatgaze.calibration.gaze.SyntheticTracker;
import org.flatgaze.calibration.gaze.TargetGrid;

/** A session with a simulated user in front of it and a client that draws, on a clock of its own. */
final class SessionRig {

    /** What the user does with a target. */
    enum Behaviour {
        FOLLOWS,
        STARES,
        CLOSES,
        LEAVES
    }

    static final long FRAME_NANOS = 1_000_000_000L / 120;
    static final long CLIENT_BEHIND = 77_000_000_000L;
    static final ClientClock CLOCK = new ClientClock(CLIENT_BEHIND, 1_000_000);

    final GazeHistory history = new GazeHistory(2000);
    final List<String> used = new ArrayList<>();
    final GazeProfiles profiles;
    final ProfileInUse inUse;
    final CalibrationSession session;
    private final SimulatedUser user;
    private final SyntheticTracker tracker;
    private int sessions;
    long now = 1_000_000_000_000L;
    Behaviour behaviour = Behaviour.FOLLOWS;

    SessionRig(Path folder, long seed) {
        profiles = new GazeProfiles(folder);
        inUse = new ProfileInUse(
                profiles, "camera-1", "net-1", (map, profileId) -> used.add(map.id() + " " + profileId));
        session = new CalibrationSession(history, inUse, InstantSource.fixed(Instant.EPOCH), () -> "s" + ++sessions);
        user = new SimulatedUser(seed, 0, 120);
        tracker = new SyntheticTracker(seed);
        tracker.begin(0, 0);
    }

    long clientNow() {
        return now - CLIENT_BEHIND;
    }

    Answer ask(CalibrationRequest request) {
        now += 5_000_000;
        return session.handle(request, now);
    }

    Answer start(int points) {
        return ask(new CalibrationRequest.Start(points, CLOCK, clientNow()));
    }

    String id() {
        return session.status().session();
    }

    /** Lets a target be seen; answers the client's times of it. */
    long[] watch(Direction target) {
        long on = now;
        SimulatedUser.Showing showing = user.follow(target, on);
        for (; now <= on + SimulatedUser.SHOWN_NANOS; now += FRAME_NANOS) {
            Direction seen = switch (behaviour) {
                case FOLLOWS -> tracker.estimate(showing.gazeAt(now), showing.opennessAt(now));
                case STARES -> tracker.estimate(new Direction(0, 0), 1);
                case CLOSES, LEAVES -> null;
            };
            if (behaviour == Behaviour.LEAVES) {
                continue; // the tracker gives up every frame: nothing comes
            }
            double[] unit = seen == null ? new double[] {Double.NaN, Double.NaN, Double.NaN} : seen.unit();
            history.add(now, (float) unit[0], (float) unit[1], (float) unit[2]);
        }
        return new long[] {on - CLIENT_BEHIND, on + SimulatedUser.SHOWN_NANOS - CLIENT_BEHIND};
    }

    /** Draws the target that is expected now and reports it. */
    Answer show() {
        SessionStatus.Target target = session.status().target();
        long[] times = watch(target.direction());
        return ask(
                new CalibrationRequest.Point(target.session(), target.index(), target.direction(), times[0], times[1]));
    }

    /** Draws targets until none is expected or one is refused; answers the last answer. */
    Answer showAll() {
        Answer last = show();
        while (last.ok() && session.status().target() != null) {
            last = show();
        }
        return last;
    }

    Answer accept(String name) {
        return ask(new CalibrationRequest.Accept(id(), name));
    }

    Answer recentre(String name, Direction target) {
        long[] times = watch(target);
        return ask(new CalibrationRequest.Recentre(name, CLOCK, clientNow(), target, times[0], times[1]));
    }

    /** Calibrates with five targets, validates, accepts. */
    void calibrated(String name) {
        start(5);
        showAll();
        ask(new CalibrationRequest.Validate(id(), null, 0));
        showAll();
        Answer accepted = accept(name);
        if (!accepted.ok()) {
            throw new AssertionError(accepted.toString());
        }
    }

    static List<Direction> validation() {
        return TargetGrid.validation();
    }
}
