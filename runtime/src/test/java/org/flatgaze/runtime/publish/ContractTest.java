package org.flatgaze.runtime.publish;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract with subscribers: documents, examples and code say the same. */
class ContractTest {

    private static final Topics TOPICS = new Topics("bench-7");
    private static final List<String> NAMES =
            GazeField.WIRE_ORDER.stream().map(GazeField::wireName).toList();

    @Test
    void shouldKeepOrderAndNamesOfVersionOne() {
        // Not derived from the code on purpose: a change here breaks every subscriber and needs a new version.
        assertEquals(1, GazeCodec.SCHEMA_VERSION);
        assertEquals(
                List.of(
                        "v", "seq", "t", "tp", "status", "dir", "yaw", "pitch", "pupil", "open", "conf", "roi",
                        "roi_age", "lat", "cal", "drop"),
                NAMES);
        for (int i = 0; i < NAMES.size(); i++) {
            assertEquals(i, GazeField.WIRE_ORDER.get(i).position());
        }
    }

    @Test
    void shouldListSameFieldsInAsyncApiAsInCodec() throws IOException {
        JsonNode gaze = asyncApi().at("/components/schemas/gaze");
        assertEquals(NAMES, fieldNames(gaze.get("properties")));
        assertEquals(NAMES, texts(gaze.get("required")));
        assertEquals(GazeCodec.SCHEMA_VERSION, gaze.at("/properties/v/const").intValue());
        assertEquals(
                Stream.of(FrameStatus.values())
                        .map(s -> s.name().toLowerCase(Locale.ROOT))
                        .toList(),
                texts(gaze.at("/properties/status/enum")));
    }

    @Test
    void shouldListSameFieldsInCddlAsInCodec() throws IOException {
        String cddl = new String(resource("gaze.cddl"), StandardCharsets.UTF_8);
        String body = cddl.substring(cddl.indexOf("gaze = ["), cddl.indexOf("\n]"));
        Matcher matcher = Pattern.compile("(?m)^  ([a-z_]+):").matcher(body);
        List<String> names = new ArrayList<>();
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        assertEquals(NAMES, names);
        for (FrameStatus status : FrameStatus.values()) {
            String word = status.code() + " " + status.name().toLowerCase(Locale.ROOT);
            assertTrue(cddl.contains(word), word);
        }
    }

    @Test
    void shouldNameEveryTopicThatIsPublished() throws IOException {
        JsonNode channels = asyncApi().get("channels");
        assertEquals(
                List.of("state", "info", "alert", "gaze", "calStatus", "calTarget", "command", "reply"),
                fieldNames(channels));
        assertEquals(TOPICS.state(), address(channels, "state"));
        assertEquals(TOPICS.info(), address(channels, "info"));
        assertEquals(TOPICS.alert(), address(channels, "alert"));
        assertEquals(TOPICS.gaze(Eye.LEFT), address(channels, "gaze").replace("{eye}", "left"));
        assertEquals(
                Stream.of(Eye.values()).map(Eye::topicPart).toList(), texts(channels.at("/gaze/parameters/eye/enum")));
        assertEquals(
                Stream.of(DeviceState.values()).map(DeviceState::word).toList(),
                texts(asyncApi().at("/components/messages/state/payload/enum")));
        assertEquals(
                PublisherConfig.GAZE_EXPIRY_SECONDS,
                asyncApi()
                        .at("/operations/publishGaze/bindings/mqtt/messageExpiryInterval")
                        .intValue());
    }

    @Test
    void shouldResolveEveryReferenceInAsyncApi() throws IOException {
        JsonNode root = asyncApi();
        List<String> references = root.findValuesAsText("$ref");
        assertTrue(references.size() > 10);
        for (String reference : references) {
            if (reference.startsWith("#")) {
                assertTrue(!root.at(reference.substring(1)).isMissingNode(), reference);
            } else {
                assertTrue(resource(reference.substring(2)).length > 0, reference);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gaze-ok", "gaze-closed"})
    void shouldReadAndWriteExamplesToTheByte(String name) throws IOException, MalformedMessageException {
        GazeSample sample = name.equals("gaze-ok") ? Samples.ok() : Samples.closed();
        byte[] cbor = resource("examples/" + name + ".cbor");
        byte[] json = resource("examples/" + name + ".json");
        assertArrayEquals(encode(GazeEncoding.CBOR, sample), cbor);
        assertEquals(
                new String(encode(GazeEncoding.JSON, sample), StandardCharsets.UTF_8),
                new String(json, StandardCharsets.UTF_8).strip());
        GazeMessage fromCbor = GazeMessage.decodeCbor(cbor);
        GazeMessage fromJson = GazeMessage.decodeJson(json);
        assertEquals(fromCbor.sequence(), fromJson.sequence());
        assertEquals(fromCbor.captureNanos(), fromJson.captureNanos());
        assertEquals(fromCbor.status(), fromJson.status());
        assertEquals(fromCbor.roi(), fromJson.roi());
        assertEquals(fromCbor.latency(), fromJson.latency());
        assertEquals(fromCbor.pupil(), fromJson.pupil());
        assertEquals(fromCbor.calibrationId(), fromJson.calibrationId());
        assertEquals(fromCbor.direction() == null, fromJson.direction() == null);
    }

    @Test
    void shouldFollowSchemaWhenInfoIsWritten() throws IOException {
        DeviceInfo info = Devices.info();
        PublisherConfig config = PublisherConfig.of(TOPICS, Eye.LEFT, PublisherConfig.Mode.NEWEST);
        Instant utc = Instant.parse("2026-01-02T03:04:05.000000006Z");
        ObjectMapper mapper = new ObjectMapper();
        JsonNode written = mapper.readTree(info.payload(config, utc, 1_000));
        assertEquals(
                1_767_323_045_000_000_006L - 1_000,
                written.at("/clock/utc_minus_clock_ns").longValue());
        JsonNode example = mapper.readTree(resource("examples/info.json"));
        JsonNode schema = asyncApi().at("/components/schemas/info");
        assertEquals(texts(schema.get("required")), fieldNames(written));
        assertEquals(texts(schema.get("required")), fieldNames(schema.get("properties")));
        assertEquals(fieldNames(example), fieldNames(written));
        for (String name : List.of("frame", "clock", "models", "accelerator", "encoding", "eyes", "cal")) {
            assertEquals(example.get(name).toString(), written.get(name).toString(), name);
        }
    }

    @Test
    void shouldFollowSchemaWhenAlertIsWritten() throws IOException {
        Alert alert = new Alert("broker_lost", "connection to the broker was gone for 3.2 s: \"x\"", Instant.EPOCH);
        ObjectMapper mapper = new ObjectMapper();
        JsonNode written = mapper.readTree(alert.payload());
        JsonNode schema = asyncApi().at("/components/schemas/alert");
        assertEquals(texts(schema.get("required")), fieldNames(written));
        assertEquals(fieldNames(mapper.readTree(resource("examples/alert.json"))), fieldNames(written));
    }

    private static byte[] encode(GazeEncoding encoding, GazeSample sample) {
        GazeCodec codec = new GazeCodec(encoding, 160, 96);
        codec.calibrationId("user-3a");
        return Samples.encode(codec, sample);
    }

    private static String address(JsonNode channels, String channel) {
        return channels.get(channel).get("address").textValue().replace("{device}", TOPICS.device());
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
        try (InputStream in = ContractTest.class.getResourceAsStream("/org/flatgaze/runtime/contract/" + name)) {
            return in == null ? new byte[0] : in.readAllBytes();
        }
    }
}
