package org.flatgaze.runtime.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.flatgaze.calibration.gaze.Direction;
import org.flatgaze.calibration.session.Answer;
import org.flatgaze.calibration.session.CalibrationRequest;
import org.flatgaze.calibration.session.ClientClock;
import org.flatgaze.calibration.session.SessionStatus;
import org.flatgaze.runtime.publish.Topics;
import org.junit.jupiter.api.Test;

/** The contract with those who calibrate: documents, examples and code say the same. */
class CalibrationContractTest {

    private static final Topics TOPICS = new Topics("bench-7");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SessionStatus.Target TARGET =
            new SessionStatus.Target("8f3a11c2", 1, 5, new Direction(-15, -12), 201_793_516_170_784L);

    @Test
    void shouldDecodeEveryExampleOfACommand() throws Exception {
        JsonNode examples = JSON.readTree(resource("examples/commands.json"));
        assertEquals(
                Stream.concat(Stream.of(CommandReader.CLOCK), CommandReader.NAMES.stream())
                        .toList(),
                fieldNames(examples));
        ClientClock clock = new ClientClock(196_733_512_004_117L, 480_000);
        long t = 5_000_004_166_667L;
        Map<String, CalibrationRequest> expected = Map.of(
                "cal-start", new CalibrationRequest.Start(5, clock, t),
                "cal-point",
                        new CalibrationRequest.Point("8f3a11c2", 1, new Direction(-15, -12), t, 5_001_704_166_667L),
                "cal-abort", new CalibrationRequest.Abort("8f3a11c2"),
                "cal-accept", new CalibrationRequest.Accept("8f3a11c2", "ada"),
                "cal-recentre",
                        new CalibrationRequest.Recentre(
                                "ada", clock, 5_001_710_000_000L, new Direction(0, 0), t, 5_001_704_166_667L),
                "cal-select", new CalibrationRequest.Select("ada", 1),
                "validate", new CalibrationRequest.Validate("8f3a11c2", null, 0));
        for (String name : CommandReader.NAMES) {
            assertEquals(expected.get(name), CommandReader.read(name, bytes(examples.get(name))), name);
        }
        assertEquals(t, CommandReader.clockTime(bytes(examples.get("clock"))));
    }

    @Test
    void shouldDescribeEveryFieldOfEveryCommand() throws Exception {
        JsonNode schemas = asyncApi().at("/components/schemas");
        JsonNode examples = JSON.readTree(resource("examples/commands.json"));
        for (String name : fieldNames(examples)) {
            JsonNode properties = schemas.path(name).path("properties");
            for (String field : fieldNames(examples.get(name))) {
                assertTrue(properties.has(field), name + "." + field);
            }
            // What the schema says is needed is what the reader misses.
            for (String field : texts(schemas.path(name).path("required"))) {
                ObjectNode less = (ObjectNode) examples.get(name).deepCopy();
                less.remove(field);
                if (!name.equals(CommandReader.CLOCK)) {
                    BadCommandException e = assertThrows(
                            BadCommandException.class, () -> CommandReader.read(name, bytes(less)), name + "." + field);
                    assertEquals("field " + field + " is missing", e.getMessage());
                }
            }
        }
    }

    @Test
    void shouldFollowSchemaWhenStatusTargetAndAnswerAreWritten() throws IOException {
        Map<String, Object> report = new LinkedHashMap<>(Map.of("map", "affine"));
        SessionStatus status = new SessionStatus(
                SessionStatus.State.CALIBRATING,
                "8f3a11c2",
                TARGET,
                "ada-v0001",
                new SessionStatus.Ending("77aa01d3", "aborted", "aborted by a client"),
                report);
        same("cal-status", CalibrationMessages.status(status));
        same("cal-target", CalibrationMessages.target(TARGET));
        same(
                "reply",
                CalibrationMessages.answer(
                        "cal-accept", new Answer(Answer.Code.OK, "stored and in use", Map.of("profile", "ada-v0001"))));
        JsonNode schemas = asyncApi().at("/components/schemas");
        assertEquals(
                Stream.of(SessionStatus.State.values())
                        .map(SessionStatus.State::word)
                        .toList(),
                texts(schemas.at("/cal-status/properties/state/enum")));
        assertEquals(
                Stream.of(Answer.Code.values())
                        .map(code -> code.name().toLowerCase(Locale.ROOT))
                        .toList(),
                texts(schemas.at("/reply/properties/code/enum")));
    }

    private void same(String name, byte[] written) throws IOException {
        JsonNode node = JSON.readTree(written);
        assertEquals(JSON.readTree(resource("examples/" + name + ".json")), node, name);
        JsonNode schema = asyncApi().at("/components/schemas/" + name);
        List<String> known = fieldNames(schema.get("properties"));
        assertTrue(known.containsAll(fieldNames(node)), name + ": " + fieldNames(node) + " of " + known);
        assertTrue(fieldNames(node).containsAll(texts(schema.get("required"))), name);
    }

    @Test
    void shouldNameEveryTopicOfACalibration() throws IOException {
        JsonNode channels = asyncApi().get("channels");
        assertEquals(TOPICS.calibrationStatus(), address(channels, "calStatus"));
        assertEquals(TOPICS.calibrationTarget(), address(channels, "calTarget"));
        assertEquals(TOPICS.command("{command}"), address(channels, "command"));
        assertEquals(TOPICS.reply("{client}"), address(channels, "reply"));
        assertEquals(
                Stream.concat(Stream.of(CommandReader.CLOCK), CommandReader.NAMES.stream())
                        .toList(),
                texts(channels.at("/command/parameters/command/enum")));
    }

    private static String address(JsonNode channels, String channel) {
        return channels.path(channel).path("address").asText().replace("{device}", TOPICS.device());
    }

    private static byte[] bytes(JsonNode node) throws IOException {
        return JSON.writeValueAsBytes(node);
    }

    private static JsonNode asyncApi() throws IOException {
        return new YAMLMapper().readTree(resource("asyncapi.yaml"));
    }

    private static List<String> fieldNames(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::textValue)
                .toList();
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in =
                CalibrationContractTest.class.getResourceAsStream("/org/flatgaze/runtime/contract/" + name)) {
            return in == null ? new byte[0] : in.readAllBytes();
        }
    }
}
