package org.flatgaze.calibration.session;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.flatgaze.calibration.gaze.Direction;
import org.flatgaze.calibration.gaze.GazeMap;
import org.flatgaze.calibration.gaze.GazeMapFit;
import org.flatgaze.calibration.gaze.GazeRefusedException;
import org.flatgaze.calibration.gaze.GazeValidation;
import org.flatgaze.calibration.gaze.TargetGrid;
import org.flatgaze.calibration.gaze.TargetSamples;
import org.flatgaze.calibration.session.Answer.Code;
import org.flatgaze.calibration.session.SessionStatus.Ending;
import org.flatgaze.calibration.session.SessionStatus.State;

/**
 * The calibration of a user, one at a time, as a state machine: targets are asked for, their samples taken by capture time, a map
 * is fitted, validated on other targets, and used once it is accepted. Until then, and whenever a session ends otherwise, the
 * profile in use stays. One thread; time comes with every call, device clock.
 */
public final class CalibrationSession {

    /** A session that hears nothing for so long while targets are shown is over. */
    public static final long TARGET_PATIENCE_NANOS = 60_000_000_000L;

    /** The same while a fitted map waits for its verdict. */
    public static final long VERDICT_PATIENCE_NANOS = 300_000_000_000L;

    /** Longest a target may be shown; the history must reach this far and a little farther back. */
    public static final long LONGEST_SHOW_NANOS = 5_000_000_000L;

    private static final long SHORTEST_SHOW_NANOS = TargetSamples.SETTLE_NANOS + 200_000_000L;

    /** How far from where it was asked for a display may draw a target. */
    private static final double BESIDE_DEG = 3;

    /** More than this is no slipped headset but a user who looked elsewhere. */
    private static final double LARGEST_RECENTRING_DEG = 8;

    private final GazeHistory history;
    private final ProfileInUse inUse;
    private final InstantSource utc;
    private final Supplier<String> ids;

    private State state = State.IDLE;
    private String session;
    private ClientClock clock;
    private TargetRun run;
    private long deadlineNanos;
    private GazeMapFit.Result fit;
    private GazeValidation before;
    private GazeValidation after;
    private Ending ended;
    private Map<String, Object> report;

    /**
     * @param history what the tracker sees
     * @param inUse the profile in use
     * @param utc dates the profiles
     * @param ids makes ids of sessions that do not repeat
     */
    public CalibrationSession(GazeHistory history, ProfileInUse inUse, InstantSource utc, Supplier<String> ids) {
        this.history = history;
        this.inUse = inUse;
        this.utc = utc;
        this.ids = ids;
    }

    /** A request that cannot be granted. */
    private static final class Denied extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final Code code;

        Denied(Code code, String text) {
            super(text);
            this.code = code;
        }
    }

    /** Deals with a request; never throws for anything a client or a disk can do. */
    public Answer handle(CalibrationRequest request, long nowNanos) {
        tick(nowNanos);
        try {
            return switch (request) {
                case CalibrationRequest.Start start -> start(start, nowNanos);
                case CalibrationRequest.Validate validate -> validate(validate, nowNanos);
                case CalibrationRequest.Point point -> point(point, nowNanos);
                case CalibrationRequest.Abort abort -> abort(abort);
                case CalibrationRequest.Accept accept -> accept(accept);
                case CalibrationRequest.Recentre recentre -> recentre(recentre, nowNanos);
                case CalibrationRequest.Select select -> select(select);
            };
        } catch (Denied e) {
            return Answer.refusal(e.code, e.getMessage());
        } catch (GazeRefusedException e) {
            return Answer.refusal(Code.REFUSED, e.getMessage());
        } catch (IllegalArgumentException e) {
            return Answer.refusal(Code.BAD_REQUEST, e.getMessage());
        } catch (IOException e) {
            return Answer.refusal(Code.STORAGE, String.valueOf(e.getMessage()));
        }
    }

    /** Ends a session that has been silent for too long; call it now and then. */
    public void tick(long nowNanos) {
        if (state != State.IDLE && nowNanos - deadlineNanos > 0) {
            end("timed_out", "nothing was heard from the client for too long; begin again");
        }
    }

    /** Where the session stands. */
    public SessionStatus status() {
        SessionStatus.Target target = run == null
                ? null
                : new SessionStatus.Target(session, run.index(), run.total(), run.expected(), deadlineNanos);
        return new SessionStatus(state, session, target, inUse.id(), ended, report);
    }

    private Answer start(CalibrationRequest.Start start, long nowNanos) {
        requireIdle(nowNanos);
        List<Direction> targets = TargetGrid.calibration(start.points());
        begin(State.CALIBRATING, targets, start.clock(), start.sentNanos(), nowNanos);
        return Answer.done("show the targets as they come on cal/target", Map.of("session", session));
    }

    private Answer validate(CalibrationRequest.Validate validate, long nowNanos) {
        if (validate.session() == null) {
            requireIdle(nowNanos);
            begin(State.VALIDATING, TargetGrid.validation(), validate.clock(), validate.sentNanos(), nowNanos);
        } else {
            requireSession(validate.session());
            require(State.FITTED, "validation comes after the last target of the calibration");
            state = State.VALIDATING;
            run = new TargetRun(TargetGrid.validation());
            deadlineNanos = nowNanos + TARGET_PATIENCE_NANOS;
        }
        return Answer.done("show the targets as they come on cal/target", Map.of("session", session));
    }

    private void begin(State next, List<Direction> targets, ClientClock of, long sentNanos, long nowNanos) {
        of.check(sentNanos, nowNanos);
        clock = of;
        session = ids.get();
        state = next;
        run = new TargetRun(targets);
        deadlineNanos = nowNanos + TARGET_PATIENCE_NANOS;
    }

    private Answer point(CalibrationRequest.Point point, long nowNanos) {
        requireSession(point.session());
        if (run == null) {
            throw new Denied(Code.WRONG_STATE, "no target is expected; accept, validate or abort");
        }
        if (point.index() != run.index()) {
            throw new Denied(Code.WRONG_STATE, "target " + point.index() + ": number " + run.index() + " is expected");
        }
        if (point.target().angleTo(run.expected()) > BESIDE_DEG) {
            throw new Denied(
                    Code.BAD_REQUEST,
                    String.format(
                            Locale.ROOT,
                            "target %d stood %.1f degrees from where it was asked for, at most %.0f will do",
                            point.index(),
                            point.target().angleTo(run.expected()),
                            BESIDE_DEG));
        }
        TargetSamples seen = samples(clock, point.target(), point.onNanos(), point.offNanos(), nowNanos);
        deadlineNanos = nowNanos + TARGET_PATIENCE_NANOS;
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("index", point.index());
        facts.put("frames", seen.shown());
        facts.put("loss", seen.loss());
        String again = run.add(seen);
        facts.put("again", again != null);
        if (again != null) {
            return Answer.done(again + "; show it again", facts);
        }
        if (2 * run.lost() > run.total()) {
            return giveUp(run.lost() + " of " + run.total()
                    + " targets were not seen: eye closed, away or lost; see to the headset's fit and begin again");
        }
        if (!run.isDone()) {
            return Answer.done("next target", facts);
        }
        return state == State.CALIBRATING ? fitted(facts, nowNanos) : validated(facts, nowNanos);
    }

    /** What the tracker saw of a target, by the client's times. */
    private TargetSamples samples(ClientClock of, Direction target, long onNanos, long offNanos, long nowNanos) {
        long shown = offNanos - onNanos;
        if (shown < SHORTEST_SHOW_NANOS || shown > LONGEST_SHOW_NANOS) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "t_off - t_on = %.3f s: expected %.1f..%.1f s",
                    shown * 1e-9,
                    SHORTEST_SHOW_NANOS * 1e-9,
                    LONGEST_SHOW_NANOS * 1e-9));
        }
        long on = of.toDevice(onNanos);
        long off = of.toDevice(offNanos);
        if (off - nowNanos > of.uncertaintyNanos()) {
            throw new Denied(
                    Code.REFUSED,
                    String.format(
                            Locale.ROOT,
                            "t_off is %.3f s ahead of the device's clock; report a target once it is gone, and measure the"
                                    + " offset again if it was",
                            (off - nowNanos) * 1e-9));
        }
        if (nowNanos - off > LONGEST_SHOW_NANOS) {
            throw new Denied(
                    Code.REFUSED,
                    String.format(
                            Locale.ROOT,
                            "t_off is %.1f s ago and its frames are forgotten; report a target as soon as it is gone",
                            (nowNanos - off) * 1e-9));
        }
        return TargetSamples.of(target, on, off, history.between(on, off));
    }

    private Answer fitted(Map<String, Object> facts, long nowNanos) {
        try {
            fit = GazeMapFit.fit(run.measured(), GazeMap.Kind.QUADRATIC);
        } catch (GazeRefusedException e) {
            return giveUp(e.getMessage());
        }
        run = null;
        state = State.FITTED;
        deadlineNanos = nowNanos + VERDICT_PATIENCE_NANOS;
        report = fitFacts();
        facts.put("report", report);
        return Answer.done("fitted; validate it, accept it or abort", facts);
    }

    private Answer validated(Map<String, Object> facts, long nowNanos) {
        List<TargetSamples> measured = run.measured();
        run = null;
        if (fit != null) {
            state = State.FITTED;
            deadlineNanos = nowNanos + VERDICT_PATIENCE_NANOS;
            before = GazeValidation.of(null, measured, fit.targets());
            after = GazeValidation.of(fit.map(), measured, fit.targets());
            report = fitFacts();
            report.putAll(validationFacts(before, after));
            facts.put("report", report);
            return Answer.done("validated; accept it or abort", facts);
        }
        try {
            GazeValidation bare = GazeValidation.of(null, measured, inUse.fitTargets());
            GazeValidation used = GazeValidation.of(inUse.map(), measured, inUse.fitTargets());
            report = validationFacts(bare, used);
        } catch (GazeRefusedException e) {
            return giveUp(e.getMessage());
        } catch (IllegalArgumentException e) {
            end("refused", e.getMessage());
            throw e;
        }
        facts.put("report", report);
        end("validated", "the profile in use was validated");
        return Answer.done("validated", facts);
    }

    private Answer abort(CalibrationRequest.Abort abort) {
        requireSession(abort.session());
        end("aborted", "aborted by a client");
        return Answer.done("aborted; the profile in use stays", Map.of());
    }

    private Answer accept(CalibrationRequest.Accept accept) throws IOException {
        requireSession(accept.session());
        require(State.FITTED, "there is nothing to accept before the last target");
        if (after != null && after.accuracyDeg() > before.accuracyDeg()) {
            throw new Denied(
                    Code.REFUSED,
                    String.format(
                            Locale.ROOT,
                            "on targets it was not fitted on this map is worse than none, %.2f against %.2f degrees; abort"
                                    + " and calibrate again",
                            after.accuracyDeg(),
                            before.accuracyDeg()));
        }
        Map<String, Object> facts = fitFacts();
        if (after != null) {
            facts.putAll(validationFacts(before, after));
        }
        facts.put("validated", after != null);
        facts.put("made_utc", utc.instant().toString());
        inUse.store(accept.name(), fit.map(), facts);
        end("accepted", "stored as " + inUse.id());
        return Answer.done("stored and in use", Map.of("profile", inUse.id()));
    }

    private Answer recentre(CalibrationRequest.Recentre recentre, long nowNanos) throws IOException {
        requireIdle(nowNanos);
        String name = recentre.name() == null ? inUse.name() : recentre.name();
        if (name == null) {
            throw new Denied(
                    Code.BAD_REQUEST, "no profile is in use: name=null: expected a name to store the map under");
        }
        recentre.clock().check(recentre.sentNanos(), nowNanos);
        TargetRun one = new TargetRun(List.of(recentre.target()));
        TargetSamples seen =
                samples(recentre.clock(), recentre.target(), recentre.onNanos(), recentre.offNanos(), nowNanos);
        String complaint = one.add(seen);
        if (complaint != null) {
            throw new GazeRefusedException(complaint + "; show the target again");
        }
        GazeMap map =
                inUse.map() == null ? new GazeMap(GazeMap.Kind.OFFSET, new double[1], new double[1]) : inUse.map();
        Direction looked = map.apply(seen.median());
        double off = looked.angleTo(recentre.target());
        if (off > LARGEST_RECENTRING_DEG) {
            throw new GazeRefusedException(String.format(
                    Locale.ROOT,
                    "the user looked %.1f degrees beside the target, at most %.0f can be a slip; look at it, or calibrate anew",
                    off,
                    LARGEST_RECENTRING_DEG));
        }
        List<Direction> fitted = new ArrayList<>(inUse.fitTargets());
        fitted.add(recentre.target());
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("fit_targets", angles(fitted));
        facts.put("recentred_from", inUse.id());
        facts.put("shift_deg", off);
        facts.put("validated", false);
        facts.put("made_utc", utc.instant().toString());
        GazeMap shifted = map.recentred(
                recentre.target().yawDeg() - looked.yawDeg(), recentre.target().pitchDeg() - looked.pitchDeg());
        inUse.store(name, shifted, facts);
        return Answer.done("recentred, stored and in use", Map.of("profile", inUse.id(), "shift_deg", off));
    }

    private Answer select(CalibrationRequest.Select select) throws IOException {
        if (state != State.IDLE) {
            throw new Denied(Code.BUSY, "session " + session + " is under way; abort it first");
        }
        if (select.name() == null) {
            inUse.clear();
            return Answer.done("no profile is in use", Map.of());
        }
        inUse.select(select.name(), select.version());
        return Answer.done("in use", Map.of("profile", inUse.id()));
    }

    private Answer giveUp(String reason) {
        end("refused", reason);
        return Answer.refusal(Code.REFUSED, reason);
    }

    private void end(String how, String text) {
        ended = new Ending(session, how, text);
        state = State.IDLE;
        session = null;
        clock = null;
        run = null;
        fit = null;
        before = null;
        after = null;
    }

    private void requireIdle(long nowNanos) {
        if (state != State.IDLE) {
            throw new Denied(
                    Code.BUSY,
                    String.format(
                            Locale.ROOT,
                            "session %s is under way; wait, abort it, or try again when it times out in %.0f s",
                            session,
                            Math.max(0, deadlineNanos - nowNanos) * 1e-9));
        }
    }

    private void requireSession(String id) {
        if (!id.equals(session)) {
            throw new Denied(
                    Code.WRONG_SESSION,
                    "session " + id + " is not under way"
                            + (session == null ? "; begin with cmd/cal-start" : ", another one is"));
        }
    }

    private void require(State needed, String otherwise) {
        if (state != needed) {
            throw new Denied(Code.WRONG_STATE, otherwise);
        }
    }

    private Map<String, Object> fitFacts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("map", fit.map().kind().name().toLowerCase(Locale.ROOT));
        facts.put("fit_targets", angles(fit.targets()));
        facts.put("dropped", fit.dropped());
        facts.put("residual_deg", fit.residualDeg());
        return facts;
    }

    private static Map<String, Object> validationFacts(GazeValidation before, GazeValidation after) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("before_deg", before.accuracyDeg());
        facts.put("after_deg", after.accuracyDeg());
        facts.putAll(after.facts());
        return facts;
    }

    private static List<List<Double>> angles(List<Direction> targets) {
        return targets.stream()
                .map(target -> List.of(target.yawDeg(), target.pitchDeg()))
                .toList();
    }
}
