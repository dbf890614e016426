package org.flatgaze.runtime.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.flatgaze.calibration.gaze.GazeMap;
import org.flatgaze.runtime.broker.BrokerProcess;
import org.flatgaze.runtime.publish.Eye;
import org.flatgaze.runtime.publish.GazeMessage;
import org.flatgaze.runtime.publish.Letter;
import org.flatgaze.runtime.publish.MqttTransport;
import org.flatgaze.runtime.publish.PahoTransport;
import org.flatgaze.runtime.publish.TransportConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole device calibrated by a client process that knows only the contract, through a broker process. */
class CalibrationOverMqttTest {

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private BrokerProcess broker;
    private CalibratedDevice device;
    private Watcher watcher;
    private CalibrationClient client;

    @BeforeEach
    void setUp() throws Exception {
        broker = BrokerProcess.start();
        device = new CalibratedDevice(broker.url(), folder);
        watcher = new Watcher(broker.url());
        client = client();
    }

    @AfterEach
    void tearDown() {
        client.close();
        watcher.close();
        device.close();
        broker.close();
    }

    private CalibrationClient client() throws Exception {
        CalibrationClient started = new CalibrationClient(
                broker.url(), CalibratedDevice.TOPICS.device(), CalibratedDevice.SPEED, device::see);
        long[] clock = started.clock();
        // The client's clock is 5000 s behind; all it knows of that it has measured.
        assertTrue(Math.abs(clock[0] - 5_000_000_000_000L) <= clock[1], clock[0] + " +- " + clock[1]);
        return started;
    }

    @Test
    void shouldCalibrateValidateAcceptRecentreAndSelectFromAnotherProcess() throws Exception {
        assertEquals("idle", watcher.status(status -> true).path("state").asText());
        String session =
                ok(client.timed("cal-start", "{\"points\":5}")).path("session").asText();
        JsonNode fitted = ok(client.show(5)).path("report");
        assertEquals(5, fitted.path("fit_targets").size());
        watcher.status(status -> status.path("state").asText().equals("fitted"));
        assertEquals(List.of(), device.profiles.names());
        ok(client.send("validate", "{\"session\":\"" + session + "\"}"));
        JsonNode report = ok(client.show(8)).path("report");
        assertTrue(
                report.path("after_deg").asDouble() < report.path("before_deg").asDouble(), report.toString());
        assertEquals(8, report.path("per_target").size());
        JsonNode accepted = ok(client.send("cal-accept", "{\"session\":\"" + session + "\",\"name\":\"ada\"}"));
        assertEquals("ada-v0001", accepted.path("profile").asText());
        JsonNode idle = watcher.status(status -> status.path("profile").asText().equals("ada-v0001"));
        assertEquals("idle", idle.path("state").asText());
        assertEquals("accepted", idle.path("ended").path("how").asText());
        // Live: messages name the profile, without the device having paused.
        watcher.gaze("ada-v0001");
        long before = device.published();
        assertTrue(before > 0);

        ok(client.timed("validate", "{}"));
        assertEquals("validated", ok(client.show(8)).path("text").asText());

        JsonNode slipped = recentre();
        assertEquals("ada-v0002", slipped.path("profile").asText());
        watcher.gaze("ada-v0002");
        assertEquals(
                "ada-v0001",
                ok(client.send("cal-select", "{\"name\":\"ada\",\"version\":1}"))
                        .path("profile")
                        .asText());
        watcher.gaze("ada-v0001");
        ok(client.send("cal-select", "{\"name\":null}"));
        watcher.gaze(null);
        assertEquals(2, device.profiles.load("ada", "camera-1").version());
    }

    private JsonNode recentre() throws IOException, InterruptedException {
        // One target of the client's own choice; a recentring asks for none.
        device.see(0, 0);
        long shownFrom = CalibratedDevice.now();
        while (CalibratedDevice.now() - shownFrom < 1_800_000_000L) {
            LockSupport.parkNanos(1_000_000);
        }
        long behind = 5_000_000_000_000L;
        return ok(client.timed(
                "cal-recentre",
                "{\"yaw\":0,\"pitch\":0,\"t_on\":" + (shownFrom - behind) + ",\"t_off\":"
                        + (shownFrom + 1_700_000_000L - behind) + "}"));
    }

    @Test
    void shouldLeaveNoTraceWhenAbortedInAnyState() throws Exception {
        for (String state : List.of("calibrating", "fitted", "validating")) {
            String session = ok(client.timed("cal-start", "{\"points\":1}"))
                    .path("session")
                    .asText();
            if (!state.equals("calibrating")) {
                ok(client.show(1));
            }
            if (state.equals("validating")) {
                ok(client.send("validate", "{\"session\":\"" + session + "\"}"));
                ok(client.show(1));
            }
            watcher.status(status -> status.path("state").asText().equals(state));
            ok(client.send("cal-abort", "{\"session\":\"" + session + "\"}"));
            JsonNode after =
                    watcher.status(status -> status.path("state").asText().equals("idle"));
            assertEquals("aborted", after.path("ended").path("how").asText());
            assertTrue(after.path("session").isNull() && after.path("profile").isNull(), after.toString());
            client.close();
            client = client(); // one that does not draw the targets of the session before
        }
        assertEquals("wrong_session", code(client.send("cal-abort", "{\"session\":\"s1\"}")));
        assertEquals(List.of(), device.profiles.names());
    }

    @Test
    void shouldRefuseWhenUserIsAwayAndServeOneOfTwoClients() throws Exception {
        device.away = true;
        ok(client.timed("cal-start", "{\"points\":1}"));
        JsonNode last = client.show(3);
        assertEquals("refused", code(last), last.toString());
        assertTrue(last.path("text").asText().contains("targets were not seen"), last.toString());
        device.away = false;
        String session =
                ok(client.timed("cal-start", "{\"points\":5}")).path("session").asText();
        try (CalibrationClient second = client()) {
            assertEquals("busy", code(second.timed("cal-start", "{\"points\":5}")));
            assertEquals("wrong_session", code(second.send("cal-accept", "{\"session\":\"s99\",\"name\":\"eve\"}")));
            // The first dies; the second reads the session from cal/status and clears it away.
            client.kill();
            ok(second.send("cal-abort", "{\"session\":\"" + session + "\"}"));
            ok(second.timed("cal-start", "{\"points\":1}"));
        }
    }

    @Test
    void shouldAnswerOneLineWhenCommandsAreMalformedUnknownOrForeign() throws Exception {
        for (String[] bad : new String[][] {
            {"cal-start", "nonsense", "not valid JSON"},
            {"cal-start", "[]", "expected one JSON object"},
            {"cal-start", "{\"points\":5}", "field offset is missing"},
            {"cal-start", "{\"points\":5,\"points\":5}", "not valid JSON"},
            {"cal-abort", "{\"session\":7}", "session=7: expected text"},
            {"cal-abort", "{\"session\":\"s1\",\"force\":true}", "field force is unknown: expected session"},
            {"cal-point", "{\"session\":\"s1\",\"index\":-1}", "index=-1: expected a whole number"},
            {"cal-point", "{\"session\":\"s1\",\"index\":0,\"yaw\":90,\"pitch\":0}", "yaw=90: expected a number"},
            {"cal-accept", "{\"session\":\"" + "x".repeat(5000) + "\"}", "expected at most 4096"},
        }) {
            JsonNode reply = client.send(bad[0], bad[1]);
            assertEquals("bad_request", code(reply), reply.toString());
            assertTrue(reply.path("text").asText().contains(bad[2]), reply.toString());
            assertEquals(bad[0], reply.path("command").asText());
        }
        assertEquals("bad_request", code(client.timed("cal-start", "{\"points\":6}")));
        assertEquals("unknown_command", code(client.send("reboot", "{}")));
        GazeMap map = new GazeMap(GazeMap.Kind.OFFSET, new double[] {1}, new double[] {0});
        device.profiles.save("bob", "camera-2", map, Map.of());
        JsonNode foreign = client.send("cal-select", "{\"name\":\"bob\"}");
        assertEquals("refused", code(foreign));
        assertTrue(foreign.path("text").asText().contains("made with device camera-2"), foreign.toString());
        assertEquals("storage", code(client.send("cal-select", "{\"name\":\"nobody\"}")));
        // The device answers nowhere but under its own topics, whatever a request says.
        byte[] empty = "{}".getBytes(StandardCharsets.UTF_8);
        watcher.send(new Letter(
                CalibratedDevice.TOPICS.command("cal-select"), empty, 1, false, null, "elsewhere/topic", null));
        assertNotEquals("ok", code(client.send("cal-abort", "{\"session\":\"s1\"}")));
        assertEquals(0, watcher.elsewhere.size());
    }

    private static String code(JsonNode reply) {
        return reply.path("code").asText();
    }

    private static JsonNode ok(JsonNode reply) {
        assertEquals("ok", code(reply), reply.toString());
        return reply;
    }

    /** A second client that sees what the device publishes. */
    private static final class Watcher implements AutoCloseable {

        final LinkedBlockingQueue<Letter> elsewhere = new LinkedBlockingQueue<>();
        private final LinkedBlockingQueue<Letter> statuses = new LinkedBlockingQueue<>();
        private final LinkedBlockingQueue<Letter> gazes = new LinkedBlockingQueue<>();
        private final PahoTransport transport;

        Watcher(String url) throws InterruptedException {
            transport = new PahoTransport(TransportConfig.of(url, "watcher"));
            transport.subscribe(CalibratedDevice.TOPICS.calibrationStatus(), 1, into(statuses));
            transport.subscribe(CalibratedDevice.TOPICS.gaze(Eye.RIGHT), 0, into(gazes));
            transport.subscribe("elsewhere/#", 1, into(elsewhere));
            transport.connect(MqttTransport.ConnectionListener.SILENT);
            assertTrue(transport.awaitConnected(DEADLINE));
        }

        private static MqttTransport.MessageListener into(LinkedBlockingQueue<Letter> queue) {
            return (topic, payload, contentType) ->
                    queue.add(new Letter(topic, payload, 0, false, contentType, null, null));
        }

        void send(Letter letter) {
            transport.publish(letter);
        }

        /** The next status that is as wanted. */
        JsonNode status(Predicate<JsonNode> wanted) throws IOException, InterruptedException {
            List<JsonNode> seen = new ArrayList<>();
            long end = System.nanoTime() + DEADLINE.toNanos();
            for (Letter letter = statuses.poll(DEADLINE.toNanos(), TimeUnit.NANOSECONDS);
                    letter != null;
                    letter = statuses.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                JsonNode status = JSON.readTree(letter.payload());
                seen.add(status);
                if (wanted.test(status)) {
                    return status;
                }
            }
            throw new AssertionError("not among " + seen);
        }

        /** Waits for gaze that names the calibration. */
        void gaze(String calibrationId) throws Exception {
            long end = System.nanoTime() + DEADLINE.toNanos();
            gazes.clear();
            String last = "none came";
            for (Letter letter = gazes.poll(DEADLINE.toNanos(), TimeUnit.NANOSECONDS);
                    letter != null && System.nanoTime() - end < 0;
                    letter = gazes.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                last = GazeMessage.decode(letter.payload(), letter.contentType())
                        .calibrationId();
                if (Objects.equals(last, calibrationId)) {
                    return;
                }
            }
            throw new AssertionError("expected " + calibrationId + ", last was " + last);
        }

        @Override
        public void close() {
            transport.close();
        }
    }
}
