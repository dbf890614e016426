package org.flatgaze.calibration.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.flatgaze.calibration.gaze.Direction;
import org.flatgaze.calibration.gaze.TargetSamples;

/** The targets of one run, each asked for until it was seen or has been shown often enough. One thread. */
final class TargetRun {

    /** How often one target is shown. */
    static final int ATTEMPTS = 3;

    /** Share of the frames without a direction above which a target is shown again. */
    private static final double LOSS_MOST = 0.5;

    private static final int LEAST_FRAMES = 5;

    private final List<Direction> targets;
    private final List<TargetSamples> measured = new ArrayList<>();
    private int attempts;
    private int lost;

    TargetRun(List<Direction> targets) {
        this.targets = targets;
    }

    /** Number of the target that is expected now, 0 first; as many as there are when all are done. */
    int index() {
        return measured.size();
    }

    int total() {
        return targets.size();
    }

    boolean isDone() {
        return index() == total();
    }

    Direction expected() {
        return targets.get(index());
    }

    /** What was measured, one entry a target. */
    List<TargetSamples> measured() {
        return measured;
    }

    /** Targets given up. */
    int lost() {
        return lost;
    }

    /** Takes what was seen of the expected target; answers null, or why it must be shown again. */
    String add(TargetSamples seen) {
        attempts++;
        String complaint = complaint(seen);
        if (complaint != null && attempts < ATTEMPTS) {
            return complaint;
        }
        lost += complaint == null ? 0 : 1;
        measured.add(complaint == null ? seen : new TargetSamples(seen.target(), List.of(), seen.shown()));
        attempts = 0;
        return null;
    }

    private static String complaint(TargetSamples seen) {
        if (seen.shown() < LEAST_FRAMES) {
            return "the tracker has only " + seen.shown() + " frames of that time";
        }
        return seen.loss() <= LOSS_MOST
                ? null
                : String.format(Locale.ROOT, "eye closed, away or lost in %.0f %% of the frames", 100 * seen.loss());
    }
}
