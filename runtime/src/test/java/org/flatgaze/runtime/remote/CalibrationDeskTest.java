package org.flatgaze.runtime.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.flatgaze.calibration.gaze.GazeProfiles;
import org.flatgaze.calibration.session.CalibrationSession;
import org.flatgaze.calibration.session.GazeHistory;
import org.flatgaze.calibration.session.ProfileInUse;
import org.flatgaze.runtime.publish.Letter;
import org.flatgaze.runtime.publish.Topics;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationDeskTest {

    private static final long DEADLINE_SECONDS = 30;
    private static final Topics TOPICS = new Topics("bench-7");
    private static final String START = "{\"points\":5,\"t\":0,\"offset\":0,\"uncertainty\":0}";

    @TempDir
    Path folder;

    private final LinkedBlockingQueue<Letter> posted = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final AtomicLong clock = new AtomicLong();
    private final AtomicInteger sessions = new AtomicInteger();
    private CalibrationDesk desk;

    @BeforeEach
    void setUp() throws Exception {
        ProfileInUse inUse = new ProfileInUse(new GazeProfiles(folder), "camera-1", "net-1", (map, profileId) -> {});
        CalibrationSession session = new CalibrationSession(
                new GazeHistory(10), inUse, InstantSource.system(), () -> "s" + sessions.incrementAndGet());
        desk = new CalibrationDesk(TOPICS, session, clock::get, posted::add, said::add);
        desk.start();
        assertEquals("idle", next(TOPICS.calibrationStatus()).path("state").asText());
    }

    @AfterEach
    void tearDown() {
        desk.close();
    }

    @Test
    void shouldDoOnceAndAnswerTwiceWhenTheSameRequestComesTwice() throws Exception {
        desk.letter(request("cal-start", START, TOPICS.reply("me"), "1", false));
        assertEquals(
                "calibrating", next(TOPICS.calibrationStatus()).path("state").asText());
        assertEquals(0, next(TOPICS.calibrationTarget()).path("index").asInt());
        JsonNode first = next(TOPICS.reply("me"));
        desk.letter(request("cal-start", START, TOPICS.reply("me"), "1", false));
        assertEquals(first, next(TOPICS.reply("me")));
        assertEquals(1, sessions.get());
        // Another correlation is another request.
        desk.letter(request("cal-start", START, TOPICS.reply("me"), "2", false));
        assertEquals("busy", next(TOPICS.reply("me")).path("code").asText());
    }

    @Test
    void shouldIgnoreWhatIsKeptAndWhatWantsItsAnswerElsewhere() throws Exception {
        desk.letter(request("cal-start", START, TOPICS.reply("me"), "1", true));
        assertTrue(heard().contains("kept by the broker"));
        for (String topic : new String[] {"flatgaze/v1/other/reply/me", TOPICS.reply(""), TOPICS.reply("a/#"), "x"}) {
            desk.letter(request("cal-start", START, topic, "1", false));
            assertTrue(heard().contains("response topic is not under"), topic);
        }
        assertEquals(0, sessions.get());
        desk.letter(request("clock", "{\"t\":5}", TOPICS.reply("me"), null, false));
        JsonNode answer = next(TOPICS.reply("me"));
        assertEquals(5, answer.path("t").asLong());
        assertEquals("ok", answer.path("code").asText());
    }

    @Test
    void shouldTellOnTheStatusWhenTheClientFallsSilent() throws Exception {
        desk.message(TOPICS.command("cal-start"), START.getBytes(StandardCharsets.UTF_8), null);
        assertEquals(
                "calibrating", next(TOPICS.calibrationStatus()).path("state").asText());
        next(TOPICS.calibrationTarget());
        clock.set(CalibrationSession.TARGET_PATIENCE_NANOS + 1);
        JsonNode status = next(TOPICS.calibrationStatus());
        assertEquals("idle", status.path("state").asText());
        assertEquals("timed_out", status.path("ended").path("how").asText());
    }

    private static Letter request(String name, String json, String response, String correlation, boolean retained) {
        return new Letter(
                TOPICS.command(name),
                json.getBytes(StandardCharsets.UTF_8),
                1,
                retained,
                "application/json",
                response,
                correlation == null ? null : correlation.getBytes(StandardCharsets.UTF_8));
    }

    private JsonNode next(String topic) throws IOException, InterruptedException {
        Letter letter = posted.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        assertEquals(topic, String.valueOf(letter == null ? null : letter.topic()));
        assertEquals(topic.equals(TOPICS.calibrationStatus()), letter.retained());
        return new ObjectMapper().readTree(letter.payload());
    }

    private String heard() throws InterruptedException {
        String line = "";
        while (line != null && !line.contains("ignored")) {
            line = said.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        }
        return String.valueOf(line);
    }
}
