package org.flatgaze.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.calibration.gaze.GazeMap;
import org.flatgaze.calibration.gaze.GazeProfiles;
import org.flatgaze.runtime.broker.BrokerProcess;
import org.flatgaze.runtime.config.RunConfig;
import org.flatgaze.runtime.publish.Eye;
import org.flatgaze.runtime.publish.GazeMessage;
import org.flatgaze.runtime.publish.Letter;
import org.flatgaze.runtime.publish.MqttTransport;
import org.flatgaze.runtime.publish.MqttTransport.PublishResult;
import org.flatgaze.runtime.publish.PahoTransport;
import org.flatgaze.runtime.publish.Topics;
import org.flatgaze.runtime.publish.TransportConfig;
import org.flatgaze.runtime.service.RunSummary;
import org.flatgaze.runtime.service.TrackingService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The desk of {@code run}: real frames, networks and broker, commands from outside. */
final class RunCalibrationTest {

    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final Topics TOPICS = new Topics("headset-1");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FRAMES = 8;
    private static final int ROWS = 480;
    private static final int COLS = 640;

    @TempDir
    private Path folder;

    private final LinkedBlockingQueue<Letter> gazes = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Letter> replies = new LinkedBlockingQueue<>();
    private PahoTransport client;

    @Test
    void shouldServeCommandsAndChangeTheMapWhileGazeGoesOn() throws Exception {
        GazeProfiles profiles = new GazeProfiles(folder.resolve("profiles"));
        GazeMap map = new GazeMap(GazeMap.Kind.OFFSET, new double[] {1}, new double[] {0});
        profiles.save("ada", "reference", map, Map.of());
        profiles.save("bob", "camera-2", map, Map.of());
        try (BrokerProcess broker = BrokerProcess.start();
                PahoTransport transport = new PahoTransport(TransportConfig.of(broker.url(), "client"))) {
            connect(transport);
            TrackingService service = new TrackingService(config(broker.url()), Long.MAX_VALUE, line -> {});
            FutureTask<RunSummary> run = new FutureTask<>(service::run);
            Thread.ofPlatform().daemon().start(run);
            try {
                awaitGaze("ada-v0001");
                assertEquals("ok", ask("cal-select", "{}").path("code").asText());
                awaitGaze(null);
                JsonNode foreign = ask("cal-select", "{\"name\":\"bob\"}");
                assertEquals("refused", foreign.path("code").asText(), foreign.toString());
                JsonNode started = ask(
                        "cal-start", "{\"points\":1,\"offset\":0,\"uncertainty\":0,\"t\":" + System.nanoTime() + "}");
                assertEquals("ok", started.path("code").asText(), started.toString());
                String session = started.path("session").asText();
                long off = System.nanoTime();
                JsonNode seen = ask(
                        "cal-point",
                        "{\"session\":\"" + session + "\",\"index\":0,\"yaw\":0,\"pitch\":0,\"t_on\":"
                                + (off - 4_000_000_000L) + ",\"t_off\":" + off + "}");
                // The frames are noise, so whatever is seen of them; but they have reached the desk.
                assertTrue(
                        seen.path("code").asText().equals("refused")
                                || seen.path("frames").asInt() > 0,
                        seen.toString());
                JsonNode abort = ask("cal-abort", "{\"session\":\"" + session + "\"}");
                assertNotNull(abort.path("code").textValue());
                awaitGaze(null);
            } finally {
                service.requestStop();
            }
            assertTrue(run.get(DEADLINE.toSeconds(), TimeUnit.SECONDS).published() > 0);
        }
    }

    private RunConfig config(String broker) throws Exception {
        short[] noise = new short[FRAMES * ROWS * COLS];
        Random random = new Random(3);
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (short) random.nextInt(1000);
        }
        Npy.write(folder.resolve("frames.npy"), NpyArray.ofShorts(noise, FRAMES, ROWS, COLS));
        return RunConfig.read(Files.writeString(folder.resolve("run.yml"), """
                device: headset-1
                source: {kind: replay, path: frames.npy, rate: 20}
                user: {profiles: profiles, profile: ada}
                broker: {uri: "%s"}
                pipeline: {deadlinePeriods: 1000}
                """.formatted(broker)));
    }

    private void connect(PahoTransport transport) throws InterruptedException {
        client = transport;
        transport.subscribe(TOPICS.gaze(Eye.RIGHT), 0, into(gazes));
        transport.subscribe(TOPICS.reply("client"), 1, into(replies));
        transport.connect(new MqttTransport.ConnectionListener() {
            @Override
            public void connected() {}

            @Override
            public void disconnected(String reason) {}

            @Override
            public void connectFailed(String reason) {}
        });
        assertTrue(transport.awaitConnected(DEADLINE));
    }

    private static MqttTransport.MessageListener into(LinkedBlockingQueue<Letter> queue) {
        return (topic, payload, contentType) ->
                queue.add(new Letter(topic, payload, 0, false, contentType, null, null));
    }

    private JsonNode ask(String command, String json) throws Exception {
        Letter letter = new Letter(
                TOPICS.command(command),
                json.getBytes(StandardCharsets.UTF_8),
                1,
                false,
                "application/json",
                TOPICS.reply("client"),
                null);
        assertEquals(PublishResult.ACCEPTED, client.publish(letter));
        Letter reply = replies.poll(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        assertNotNull(reply, "no answer to " + command);
        return JSON.readTree(reply.payload());
    }

    /** Waits for gaze made with the profile. */
    private void awaitGaze(String profile) throws Exception {
        gazes.clear();
        long end = System.nanoTime() + DEADLINE.toNanos();
        String last = "none came";
        while (System.nanoTime() - end < 0) {
            Letter letter = gazes.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (letter == null) {
                break;
            }
            last = GazeMessage.decode(letter.payload(), letter.contentType()).calibrationId();
            if (Objects.equals(last, profile)) {
                return;
            }
        }
        throw new AssertionError("expected gaze with " + profile + ", last was " + last);
    }
}
