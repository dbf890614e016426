package org.flatgaze.calibration.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.flatgaze.calibration.gaze.Direction;
import org.flatgaze.calibration.gaze.GazeMap;
import org.flatgaze.calibration.gaze.GazeProfiles;
import org.flatgaze.calibration.session.Answer.Code;
import org.flatgaze.calibration.session.SessionRig.Behaviour;
import org.flatgaze.calibration.session.SessionStatus.State;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationSessionTest {

    @TempDir
    Path folder;

    private SessionRig rig;

    @BeforeEach
    void setUp() {
        rig = new SessionRig(folder.resolve("profiles"), 11);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 9, 13})
    void shouldFitValidateStoreAndUseWhenUserFollows(int points) throws IOException {
        assertEquals("s1", rig.start(points).facts().get("session"));
        assertEquals(State.CALIBRATING, rig.session.status().state());
        Answer fitted = rig.showAll();
        assertTrue(fitted.ok(), fitted.text());
        assertEquals(State.FITTED, rig.session.status().state());
        assertEquals(List.of(), rig.used, "not in use before it is accepted");
        assertTrue(rig.ask(new CalibrationRequest.Validate("s1", null, 0)).ok());
        Answer validated = rig.showAll();
        Map<?, ?> report = (Map<?, ?>) validated.facts().get("report");
        assertEquals(8, ((List<?>) report.get("per_target")).size());
        assertTrue((double) report.get("after_deg") < 0.75 * (double) report.get("before_deg"), report.toString());
        Answer accepted = rig.accept("ada");
        assertEquals("ada-v0001", accepted.facts().get("profile"));
        GazeProfiles.Profile stored = rig.profiles.load("ada", "camera-1");
        assertEquals(List.of(stored.map().id() + " ada-v0001"), rig.used);
        assertEquals(points, stored.facts().get("fit_targets").size());
        assertEquals("1970-01-01T00:00:00Z", stored.facts().get("made_utc").asText());
        SessionStatus status = rig.session.status();
        assertEquals(State.IDLE, status.state());
        assertEquals("ada-v0001", status.profile());
        assertEquals("accepted", status.ended().how());
    }

    @ParameterizedTest
    @EnumSource(
            value = Behaviour.class,
            names = {"STARES", "CLOSES", "LEAVES"})
    void shouldRefuseAndKeepTheProfileInUseWhenUserDoesNotLook(Behaviour behaviour) {
        rig.calibrated("ada");
        rig.behaviour = behaviour;
        assertTrue(rig.start(5).ok());
        Answer last = rig.showAll();
        assertEquals(Code.REFUSED, last.code(), last.text());
        String expected = behaviour == Behaviour.STARES ? "did not follow the targets" : "targets were not seen";
        assertTrue(last.text().contains(expected), last.text());
        assertEquals(State.IDLE, rig.session.status().state());
        assertEquals("refused", rig.session.status().ended().how());
        assertEquals("ada-v0001", rig.session.status().profile());
        assertEquals(1, rig.used.size());
    }

    @Test
    void shouldAskForTheTargetAgainWhenUserBlinksAndGoOnWhenSeen() {
        rig.start(5);
        rig.show();
        rig.behaviour = Behaviour.CLOSES;
        Answer blinked = rig.show();
        assertEquals(true, blinked.facts().get("again"));
        assertTrue(blinked.text().contains("100 % of the frames; show it again"), blinked.text());
        assertEquals(1, rig.session.status().target().index());
        rig.behaviour = Behaviour.FOLLOWS;
        assertEquals(false, rig.show().facts().get("again"));
        assertEquals(2, rig.session.status().target().index());
    }

    @Test
    void shouldFitWithoutTheTargetWhenUserLeavesForOne() {
        rig.start(5);
        rig.behaviour = Behaviour.LEAVES;
        for (int attempt = 0; attempt < TargetRun.ATTEMPTS; attempt++) {
            assertTrue(rig.show().ok());
        }
        rig.behaviour = Behaviour.FOLLOWS;
        Map<?, ?> report = (Map<?, ?>) rig.showAll().facts().get("report");
        assertEquals(4, ((List<?>) report.get("fit_targets")).size());
        assertEquals(1, ((List<?>) report.get("dropped")).size());
    }

    @ParameterizedTest
    @EnumSource(
            value = State.class,
            names = {"CALIBRATING", "FITTED", "VALIDATING"})
    void shouldLeaveNoTraceWhenAborted(State state) throws IOException {
        rig.calibrated("ada");
        reach(state);
        assertTrue(rig.ask(new CalibrationRequest.Abort(rig.id())).ok());
        SessionStatus status = rig.session.status();
        assertEquals(State.IDLE, status.state());
        assertNull(status.session());
        assertNull(status.target());
        assertEquals("aborted", status.ended().how());
        assertEquals("ada-v0001", status.profile());
        assertEquals(1, rig.used.size());
        assertEquals(1, rig.profiles.load("ada", "camera-1").version());
        assertTrue(rig.start(1).ok(), "the next one can begin");
    }

    @Test
    void shouldRefuseAbortWhenIdle() {
        assertEquals(
                Code.WRONG_SESSION, rig.ask(new CalibrationRequest.Abort("s1")).code());
    }

    @ParameterizedTest
    @EnumSource(
            value = State.class,
            names = {"CALIBRATING", "FITTED", "VALIDATING"})
    void shouldEndWhenTheClientFallsSilent(State state) {
        reach(state);
        rig.session.tick(rig.now + CalibrationSession.TARGET_PATIENCE_NANOS / 2);
        assertEquals(state, rig.session.status().state());
        rig.session.tick(rig.now + CalibrationSession.VERDICT_PATIENCE_NANOS + 1);
        assertEquals(State.IDLE, rig.session.status().state());
        assertEquals("timed_out", rig.session.status().ended().how());
    }

    @ParameterizedTest
    @EnumSource(
            value = State.class,
            names = {"CALIBRATING", "FITTED", "VALIDATING"})
    void shouldServeOneAtATimeWhenTwoClientsCome(State state) {
        rig.calibrated("ada");
        reach(state);
        SessionStatus before = rig.session.status();
        assertEquals(Code.BUSY, rig.start(9).code());
        assertEquals(
                Code.BUSY,
                rig.ask(new CalibrationRequest.Validate(null, SessionRig.CLOCK, rig.clientNow()))
                        .code());
        assertEquals(Code.BUSY, rig.ask(new CalibrationRequest.Select("ada", 0)).code());
        assertEquals(Code.BUSY, rig.recentre(null, new Direction(0, 0)).code());
        assertEquals(
                Code.WRONG_SESSION,
                rig.ask(new CalibrationRequest.Abort("other")).code());
        assertEquals(
                Code.WRONG_SESSION,
                rig.ask(new CalibrationRequest.Accept("other", "eve")).code());
        assertEquals(before, rig.session.status());
    }

    @Test
    void shouldSayWhatIsExpectedWhenCommandsComeOutOfOrder() {
        rig.start(5);
        assertEquals(Code.WRONG_STATE, rig.accept("ada").code());
        assertEquals(
                Code.WRONG_STATE,
                rig.ask(new CalibrationRequest.Validate("s1", null, 0)).code());
        Direction target = rig.session.status().target().direction();
        long[] times = rig.watch(target);
        Answer skipped = rig.ask(new CalibrationRequest.Point("s1", 3, target, times[0], times[1]));
        assertEquals(Code.WRONG_STATE, skipped.code());
        assertEquals("target 3: number 0 is expected", skipped.text());
        Answer elsewhere = rig.ask(new CalibrationRequest.Point("s1", 0, new Direction(9, 0), times[0], times[1]));
        assertEquals(Code.BAD_REQUEST, elsewhere.code());
        assertTrue(rig.ask(new CalibrationRequest.Point("s1", 0, target, times[0], times[1]))
                .ok());
        rig.showAll();
        assertEquals(
                Code.WRONG_STATE,
                rig.ask(new CalibrationRequest.Point("s1", 5, target, times[0], times[1]))
                        .code());
        assertEquals(Code.BAD_REQUEST, rig.accept("no/name").code());
        assertTrue(rig.accept("ada").ok());
        assertEquals(Code.BAD_REQUEST, rig.start(7).code());
    }

    @Test
    void shouldRefuseTimesThatCannotBeWhenTheClientMeasuredBadly() {
        Answer uncertain = rig.ask(new CalibrationRequest.Start(
                5, new ClientClock(SessionRig.CLIENT_BEHIND, 200_000_000), rig.clientNow()));
        assertEquals(Code.REFUSED, uncertain.code());
        assertTrue(uncertain.text().contains("uncertain by 200 ms"), uncertain.text());
        Answer wrong = rig.ask(new CalibrationRequest.Start(5, new ClientClock(0, 1_000_000), rig.clientNow()));
        assertEquals(Code.REFUSED, wrong.code());
        assertTrue(wrong.text().contains("77.005 s before it came"), wrong.text());
        Answer ahead = rig.ask(new CalibrationRequest.Start(
                5, new ClientClock(SessionRig.CLIENT_BEHIND + 90_000_000, 1_000_000), rig.clientNow()));
        assertTrue(ahead.text().contains("after it came"), ahead.text());
        rig.start(5);
        Direction target = rig.session.status().target().direction();
        long on = rig.clientNow();
        assertEquals(
                Code.REFUSED,
                rig.ask(new CalibrationRequest.Point("s1", 0, target, on, on + 2_000_000_000L))
                        .code());
        assertEquals(
                Code.REFUSED,
                rig.ask(new CalibrationRequest.Point("s1", 0, target, on - 30_000_000_000L, on - 28_000_000_000L))
                        .code());
        for (long shown : new long[] {-1, 0, 500_000_000L, 30_000_000_000L}) {
            assertEquals(
                    Code.BAD_REQUEST,
                    rig.ask(new CalibrationRequest.Point("s1", 0, target, on - shown, on))
                            .code());
        }
        assertTrue(rig.showAll().ok(), "a client that does better is served");
    }

    @Test
    void shouldTakeSamplesByCaptureTimeWhenTheCommandComesLate() {
        rig.start(1);
        Direction target = rig.session.status().target().direction();
        long[] times = rig.watch(target);
        // The next second belongs to another place: by arrival time it would be taken for the target.
        rig.watch(new Direction(20, 10));
        Answer fitted = rig.ask(new CalibrationRequest.Point("s1", 0, target, times[0], times[1]));
        assertTrue(fitted.ok(), fitted.text());
        rig.accept("ada");
        assertTrue(
                Math.abs(rig.inUse.map().yaw()[0]) < 6,
                "offset " + rig.inUse.map().yaw()[0]);
    }

    @Test
    void shouldKeepTheOldProfileAndTheFitWhenSavingFails() throws IOException {
        rig.calibrated("ada");
        rig.start(5);
        rig.showAll();
        Path profiles = folder.resolve("profiles");
        Path aside = folder.resolve("aside");
        Files.move(profiles, aside);
        Files.writeString(profiles, "a file where the folder was");
        Answer failed = rig.accept("ada");
        assertEquals(Code.STORAGE, failed.code());
        assertEquals(State.FITTED, rig.session.status().state());
        assertEquals("ada-v0001", rig.session.status().profile());
        assertEquals(1, rig.used.size());
        Files.delete(profiles);
        Files.move(aside, profiles);
        assertEquals("ada-v0002", rig.accept("ada").facts().get("profile"));
    }

    @Test
    void shouldRefuseToStoreAMapThatIsWorseThanNone() {
        rig.start(1);
        // The user looks 12 degrees beside the one target; the map would carry that everywhere.
        long[] times = rig.watch(new Direction(12, 0));
        assertTrue(rig.ask(new CalibrationRequest.Point("s1", 0, new Direction(0, 0), times[0], times[1]))
                .ok());
        rig.ask(new CalibrationRequest.Validate("s1", null, 0));
        rig.showAll();
        Answer refused = rig.accept("ada");
        assertEquals(Code.REFUSED, refused.code());
        assertTrue(refused.text().contains("worse than none"), refused.text());
        assertEquals(List.of(), rig.used);
    }

    @Test
    void shouldValidateTheProfileInUseOnOtherTargetsWhenIdle() {
        rig.calibrated("ada");
        assertTrue(rig.ask(new CalibrationRequest.Validate(null, SessionRig.CLOCK, rig.clientNow()))
                .ok());
        Map<?, ?> report = (Map<?, ?>) rig.showAll().facts().get("report");
        assertTrue((double) report.get("after_deg") < (double) report.get("before_deg"), report.toString());
        assertEquals("validated", rig.session.status().ended().how());
        assertEquals("ada-v0001", rig.session.status().profile());
    }

    @Test
    void shouldNeverValidateWhereTheMapWasFitted() {
        rig.calibrated("ada");
        // Recentred beside a validation target: from then on it belongs to the fit.
        Direction near = new Direction(3.2, 4.1);
        assertTrue(rig.recentre(null, near).ok());
        rig.ask(new CalibrationRequest.Validate(null, SessionRig.CLOCK, rig.clientNow()));
        Answer last = rig.showAll();
        assertEquals(Code.BAD_REQUEST, last.code());
        assertTrue(last.text().contains("was used to fit"), last.text());
        assertEquals(State.IDLE, rig.session.status().state());
    }

    @Test
    void shouldShiftStoreAndUseWhenRecentred() throws IOException {
        assertEquals(Code.BAD_REQUEST, rig.recentre(null, new Direction(0, 0)).code());
        Answer first = rig.recentre("ada", new Direction(0, 0));
        assertEquals("ada-v0001", first.facts().get("profile"));
        Answer second = rig.recentre(null, new Direction(5, 0));
        assertEquals("ada-v0002", second.facts().get("profile"));
        assertEquals(
                "ada-v0001",
                rig.profiles
                        .load("ada", "camera-1")
                        .facts()
                        .get("recentred_from")
                        .asText());
        rig.behaviour = Behaviour.STARES;
        Answer elsewhere = rig.recentre(null, new Direction(14, 8));
        assertEquals(Code.REFUSED, elsewhere.code());
        assertTrue(elsewhere.text().contains("beside the target"), elsewhere.text());
        rig.behaviour = Behaviour.CLOSES;
        assertEquals(Code.REFUSED, rig.recentre(null, new Direction(0, 0)).code());
        assertEquals("ada-v0002", rig.session.status().profile());
    }

    @Test
    void shouldUseWhatIsSelectedAndRefuseForeignProfiles() throws IOException {
        rig.calibrated("ada");
        rig.calibrated("ada");
        assertEquals(
                "ada-v0001",
                rig.ask(new CalibrationRequest.Select("ada", 1)).facts().get("profile"));
        GazeMap map = new GazeMap(GazeMap.Kind.OFFSET, new double[] {1}, new double[] {0});
        rig.profiles.save("bob", "camera-2", map, Map.of());
        Answer foreign = rig.ask(new CalibrationRequest.Select("bob", 0));
        assertEquals(Code.REFUSED, foreign.code());
        assertTrue(foreign.text().contains("made with device camera-2, this is camera-1"), foreign.text());
        rig.profiles.save("eve", "camera-1", map, Map.of("gaze_model", "net-2"));
        Answer otherNet = rig.ask(new CalibrationRequest.Select("eve", 0));
        assertEquals(Code.REFUSED, otherNet.code());
        assertTrue(otherNet.text().contains("made with network net-2, this is net-1"), otherNet.text());
        assertEquals(
                Code.STORAGE,
                rig.ask(new CalibrationRequest.Select("nobody", 0)).code());
        assertEquals("ada-v0001", rig.session.status().profile());
        assertTrue(rig.ask(new CalibrationRequest.Select(null, 0)).ok());
        assertNull(rig.session.status().profile());
        assertEquals("none null", rig.used.getLast());
    }

    @Test
    void shouldMeasureTheOffsetFromOneExchange() {
        // Asked at 100, there 40 later, answered 10 after that, back 60 later; device = client + 1000.
        ClientClock clock = ClientClock.ofExchange(100, 1140, 1150, 210);
        assertEquals(50, clock.uncertaintyNanos());
        assertTrue(Math.abs(clock.offsetNanos() - 1000) <= 50, "offset " + clock.offsetNanos());
        assertNotNull(clock.toString());
        assertFalse(clock.toDevice(0) == 0);
    }

    private void reach(State state) {
        assertTrue(rig.start(5).ok());
        rig.show();
        if (state != State.CALIBRATING) {
            assertTrue(rig.showAll().ok());
        }
        if (state == State.VALIDATING) {
            assertTrue(
                    rig.ask(new CalibrationRequest.Validate(rig.id(), null, 0)).ok());
            assertTrue(rig.show().ok());
        }
        assertEquals(state, rig.session.status().state());
    }
}
