package org.flatgaze.runtime.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class GazeMessageTest {

    private static final CBORMapper CBOR = new CBORMapper();
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void shouldNameFieldWhenCborBreaksContract() throws IOException {
        assertRefusedCbor("field v is 2, this reader knows 1", a -> a.set(0, a.numberNode(2)));
        assertRefusedCbor("field v: expected an integer, found string", a -> a.set(0, a.textNode("1")));
        assertRefusedCbor("expected 16 fields, found 15", a -> a.remove(15));
        assertRefusedCbor("expected 16 fields, found 17", a -> a.add(1));
        assertRefusedCbor("field v is 2, this reader knows 1", a -> {
            a.set(0, a.numberNode(2));
            a.add(1);
        });
        assertRefusedCbor("field seq is -1", a -> a.set(1, a.numberNode(-1)));
        assertRefusedCbor("field t: expected an integer, found null", a -> a.set(2, a.nullNode()));
        assertRefusedCbor("field status is unknown: 99", a -> a.set(4, a.numberNode(99)));
        assertRefusedCbor("field dir: expected an array of 3, found null", a -> a.set(5, a.nullNode()));
        assertRefusedCbor(
                "field dir: expected an array of 3, found an array of 4",
                a -> a.withArray("/5").add(0f));
        assertRefusedCbor(
                "field dir: expected a float, found string",
                a -> a.withArray("/5").set(0, "x"));
        assertRefusedCbor("field dir has length", a -> a.withArray("/5").set(0, 0.9f));
        assertRefusedCbor("field dir is NaN", a -> a.withArray("/5").set(0, Float.NaN));
        assertRefusedCbor("field dir: a frame with status late must not carry", a -> a.set(4, a.numberNode(4)));
        assertRefusedCbor("field yaw: expected a float, found null", a -> a.set(6, a.nullNode()));
        assertRefusedCbor("field conf: expected a float, found number", a -> a.set(10, a.numberNode(1)));
        assertRefusedCbor("field roi: expected an array of 4", a -> a.set(11, a.numberNode(1)));
        assertRefusedCbor("field roi is 257", a -> a.withArray("/11").set(0, 257));
        assertRefusedCbor(
                "field lat: expected an array of 5", a -> a.withArray("/13").add(1));
        assertRefusedCbor("field cal: expected text or null", a -> a.set(14, a.numberNode(7)));
    }

    @Test
    void shouldNameFieldWhenJsonBreaksContract() throws IOException {
        assertRefusedJson("field dir is missing", o -> o.remove("dir"));
        assertRefusedJson("expected 16 fields, found 17", o -> o.put("extra", 1));
        assertRefusedJson("field status: expected a word, found number", o -> o.put("status", 0));
        assertRefusedJson("field status is unknown: fine", o -> o.put("status", "fine"));
        assertRefusedJson("field v: expected an integer, found nothing", o -> o.remove("v"));
        assertRefusedJson("field open is 1.5", o -> o.put("open", 1.5));
    }

    @Test
    void shouldSayOneLineWhenPayloadIsNoMessageAtAll() {
        assertRefused("gaze message", new byte[0]);
        assertRefused("expected an array, found number", new byte[] {1});
        byte[] whole = Samples.encode(new GazeCodec(GazeEncoding.CBOR, 160, 96), Samples.ok());
        for (int length = 1; length < whole.length; length++) {
            assertRefused("gaze message", Arrays.copyOf(whole, length));
        }
        assertRefused("gaze message", Arrays.copyOf(whole, whole.length + 1));
        byte[] json = "{\"v\":1} x".getBytes(StandardCharsets.UTF_8);
        assertThrows(MalformedMessageException.class, () -> GazeMessage.decodeJson(json));
    }

    @Test
    void shouldNeverThrowAnythingElseWhenBytesAreFlipped() {
        byte[] whole = Samples.encode(new GazeCodec(GazeEncoding.CBOR, 160, 96), Samples.ok());
        SplittableRandom random = new SplittableRandom(7);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = whole.clone();
            for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                GazeMessage.decodeCbor(damaged);
            } catch (MalformedMessageException e) {
                refused++;
                assertFalse(e.getMessage().contains("\n"), e.getMessage());
            }
        }
        assertTrue(refused > 2_000, refused + " refused");
    }

    @Test
    void shouldTakeJsonMembersInAnyOrder() throws IOException, MalformedMessageException {
        byte[] payload = Samples.encode(new GazeCodec(GazeEncoding.JSON, 160, 96), Samples.ok());
        ObjectNode forward = (ObjectNode) JSON.readTree(payload);
        ObjectNode backward = JSON.createObjectNode();
        for (GazeField field : GazeField.WIRE_ORDER.reversed()) {
            backward.set(field.wireName(), forward.get(field.wireName()));
        }
        assertEquals(GazeMessage.decodeJson(payload), GazeMessage.decodeJson(JSON.writeValueAsBytes(backward)));
    }

    private static void assertRefusedCbor(String expected, Consumer<ArrayNode> damage) throws IOException {
        byte[] whole = Samples.encode(new GazeCodec(GazeEncoding.CBOR, 160, 96), Samples.ok());
        ArrayNode root = (ArrayNode) CBOR.readTree(whole);
        damage.accept(root);
        assertRefused(expected, CBOR.writeValueAsBytes(root));
    }

    private static void assertRefusedJson(String expected, Consumer<ObjectNode> damage) throws IOException {
        byte[] whole = Samples.encode(new GazeCodec(GazeEncoding.JSON, 160, 96), Samples.ok());
        ObjectNode root = (ObjectNode) JSON.readTree(whole);
        damage.accept(root);
        byte[] payload = JSON.writeValueAsBytes(root);
        MalformedMessageException error =
                assertThrows(MalformedMessageException.class, () -> GazeMessage.decodeJson(payload));
        assertTrue(error.getMessage().contains(expected), error.getMessage());
    }

    private static void assertRefused(String expected, byte[] payload) {
        MalformedMessageException error =
                assertThrows(MalformedMessageException.class, () -> GazeMessage.decodeCbor(payload));
        assertTrue(error.getMessage().contains(expected), error.getMessage());
        assertFalse(error.getMessage().contains("\n"), error.getMessage());
    }
}
