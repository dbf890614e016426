package org.flatgaze.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.calibration.session.ClientClock;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.sim.EyeRenderer;
import org.flatgaze.flatcam.sim.EyeScene;
import org.flatgaze.flatcam.sim.EyeState;
import org.flatgaze.flatcam.sim.Person;
import org.flatgaze.flatcam.sim.Session;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.runtime.ReferenceDevice;
import org.flatgaze.runtime.broker.BrokerProcess;
import org.flatgaze.runtime.publish.Eye;
import org.flatgaze.runtime.publish.GazeMessage;
import org.flatgaze.runtime.publish.Letter;
import org.flatgaze.runtime.publish.MqttTransport;
import org.flatgaze.runtime.publish.MqttTransport.PublishResult;
import org.flatgaze.runtime.publish.PahoTransport;
import org.flatgaze.runtime.publish.Topics;
import org.flatgaze.runtime.publish.TransportConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code run} and a broker, a process each, calibrated from here: coded frames, real networks, the wire. */
final class RunCalibrationTest {

    private static final int DEADLINE_SECONDS = 120;
    private static final long SHOWN_NANOS = 1_700_000_000L;
    private static final Topics TOPICS = new Topics("headset-1");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** One of those people whom no training set holds. */
    private static final long PERSON = 5_000_017;

    @TempDir
    private Path folder;

    private final LinkedBlockingQueue<Letter> gazes = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Letter> replies = new LinkedBlockingQueue<>();
    private PahoTransport client;

    @Test
    void shouldCalibrateItsUserOverMqttWhenRunKeepsProfiles() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start();
                PahoTransport transport = new PahoTransport(TransportConfig.of(broker.url(), "client"))) {
            connect(transport);
            Path config = config(broker.url());
            try (CommandRun.Running run = CommandRun.start("run", "--config", config.toString())) {
                awaitGaze("an eye, no profile", run, gaze -> gaze.status() == FrameStatus.OK && uses(gaze, null));
                ClientClock clock = measureClock();
                String session = ok(ask("cal-start", timed("{\"points\":1,", clock)))
                        .path("session")
                        .asText();
                JsonNode fitted = show(session, clock, run);
                assertEquals(1, fitted.path("report").path("fit_targets").size(), fitted.toString());
                JsonNode accepted = ok(ask("cal-accept", "{\"session\":\"" + session + "\",\"name\":\"ada\"}"));
                assertEquals("ada-v0001", accepted.path("profile").asText());
                GazeMessage mapped = awaitGaze(
                        "gaze through the new profile",
                        run,
                        gaze -> gaze.direction() != null && uses(gaze, "ada-v0001"));
                // The eye in the frames looks straight ahead; frames differ by the noise of sensor and network alone.
                // Several,
                // because two threads make them, with a pipeline each.
                for (int i = 0; i < 6; i++) {
                    double beside = Math.hypot(
                            mapped.direction().yawDeg(), mapped.direction().pitchDeg());
                    assertTrue(beside < 2, mapped.toString());
                    mapped = awaitGaze("more gaze", run, gaze -> gaze.direction() != null && uses(gaze, "ada-v0001"));
                }
                assertTrue(Files.isRegularFile(folder.resolve("profiles").resolve("ada-v0001.json")));

                String second = ok(ask("cal-start", timed("{\"points\":5,", clock)))
                        .path("session")
                        .asText();
                ok(ask("cal-abort", "{\"session\":\"" + second + "\"}"));
                awaitGaze("the profile after an abort", run, gaze -> uses(gaze, "ada-v0001"));
                ok(ask("cal-select", "{}"));
                awaitGaze("gaze without a profile", run, gaze -> uses(gaze, null));

                CommandRun ended = run.stop(DEADLINE_SECONDS);
                assertEquals(0, ended.exitCode(), ended.err());
                assertFalse(ended.err().contains("Exception"), ended.err());
            }
        }
    }

    /** Draws the one target until the device has seen it, as its answers ask for. */
    private JsonNode show(String session, ClientClock clock, CommandRun.Running run) throws Exception {
        JsonNode answer;
        int shown = 0;
        do {
            long on = System.nanoTime();
            long seen = clock.toDevice(on) + SHOWN_NANOS;
            awaitGaze("gaze while the target is shown", run, gaze -> gaze.captureNanos() >= seen);
            answer = ok(ask(
                    "cal-point",
                    "{\"session\":\"" + session + "\",\"index\":0,\"yaw\":0,\"pitch\":0,\"t_on\":" + on + ",\"t_off\":"
                            + (on + SHOWN_NANOS) + "}"));
            shown++;
        } while (answer.path("again").asBoolean() && shown < 3);
        return answer;
    }

    private static boolean uses(GazeMessage gaze, String profile) {
        return Objects.equals(gaze.calibrationId(), profile);
    }

    private ClientClock measureClock() throws Exception {
        ClientClock best = null;
        for (int i = 0; i < 8; i++) {
            JsonNode reply = ok(ask("clock", "{\"t\":" + System.nanoTime() + "}"));
            ClientClock one = ClientClock.ofExchange(
                    reply.path("t").longValue(),
                    reply.path("t_rx").longValue(),
                    reply.path("t_tx").longValue(),
                    System.nanoTime());
            best = best == null || one.uncertaintyNanos() < best.uncertaintyNanos() ? one : best;
        }
        return best;
    }

    private static String timed(String begun, ClientClock clock) {
        return begun + "\"t\":" + System.nanoTime() + ",\"offset\":" + clock.offsetNanos() + ",\"uncertainty\":"
                + clock.uncertaintyNanos() + "}";
    }

    /** Frames of a still eye that looks straight ahead, played in a loop at a rate that a busy machine holds. */
    private Path config(String broker) throws IOException {
        Person person = Person.ofSeed(PERSON);
        EyeState state = new EyeState();
        state.pupilDiameterMm = person.eyeball().pupilMeanMm();
        EyeScene scene = new EyeScene();
        new EyeRenderer().render(person, Session.of(person, 1), state, scene);
        ReferenceDevice.Instance device = ReferenceDevice.open().newInstance();
        SplittableRandom noise = new SplittableRandom(7);
        SensorFormat sensor = SensorFormat.REFERENCE;
        int frames = 4;
        short[] counts = new short[frames * sensor.samples()];
        for (int frame = 0; frame < frames; frame++) {
            device.expose(scene, 0.9, noise);
            System.arraycopy(device.counts(), 0, counts, frame * sensor.samples(), sensor.samples());
        }
        Npy.write(folder.resolve("frames.npy"), NpyArray.ofShorts(counts, frames, sensor.height(), sensor.width()));
        return Files.writeString(folder.resolve("run.yml"), """
                device: headset-1
                source: {kind: replay, path: frames.npy, rate: 20}
                user: {profiles: profiles}
                broker: {uri: "%s"}
                pipeline: {gazeModel: compact, frameThreads: 2, deadlinePeriods: 1000}
                """.formatted(broker));
    }

    private void connect(PahoTransport transport) throws InterruptedException {
        client = transport;
        transport.subscribe(TOPICS.gaze(Eye.RIGHT), 0, into(gazes));
        transport.subscribe(TOPICS.reply("client"), 1, into(replies));
        transport.connect(MqttTransport.ConnectionListener.SILENT);
        assertTrue(transport.awaitConnected(Duration.ofSeconds(DEADLINE_SECONDS)));
    }

    private static MqttTransport.MessageListener into(LinkedBlockingQueue<Letter> queue) {
        return (topic, payload, contentType) ->
                queue.add(new Letter(topic, payload, 0, false, contentType, null, null));
    }

    private JsonNode ask(String command, String json) throws Exception {
        byte[] payload = json.getBytes(StandardCharsets.UTF_8);
        Letter letter = new Letter(
                TOPICS.command(command), payload, 1, false, "application/json", TOPICS.reply("client"), null);
        assertEquals(PublishResult.ACCEPTED, client.publish(letter));
        Letter reply = replies.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(reply, "no answer to " + command);
        return JSON.readTree(reply.payload());
    }

    private static JsonNode ok(JsonNode reply) {
        assertEquals("ok", reply.path("code").asText(), reply.toString());
        return reply;
    }

    /** Waits for gaze as wanted, among what comes from now on. */
    private GazeMessage awaitGaze(String what, CommandRun.Running run, Predicate<GazeMessage> wanted) throws Exception {
        gazes.clear();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        GazeMessage last = null;
        while (run.process().isAlive()) {
            Letter letter = gazes.poll(Math.min(1_000_000_000L, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            last = letter == null ? last : GazeMessage.decode(letter.payload(), letter.contentType());
            if (letter != null && wanted.test(last)) {
                return last;
            }
            if (System.nanoTime() - end > 0) {
                break;
            }
        }
        throw new AssertionError("expected " + what + ", last was " + last + "; run said: " + run.said());
    }
}
