package org.flatgaze.runtime.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class LiveLineTest {

    private static final long MILLIS = 1_000_000;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void shouldRewriteInPlaceOnATerminal() {
        LiveLine line = new LiveLine(out, true);
        line.show("twelve chars", 0);
        line.show("short", 1);
        line.note("note");
        String end = System.lineSeparator();
        assertEquals("\rtwelve chars\rshort       " + end + "note" + end, bytes.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldPrintPlainLinesElsewhere() {
        LiveLine line = new LiveLine(out, false);
        line.show("a", 0);
        line.show("b", 1);
        line.end();
        String end = System.lineSeparator();
        assertEquals("a" + end + "b" + end, bytes.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldBeDueAtItsOwnPace() {
        LiveLine terminal = new LiveLine(out, true);
        LiveLine plain = new LiveLine(out, false);
        assertTrue(terminal.isDue(0) && plain.isDue(0));
        terminal.show("x", 0);
        plain.show("x", 0);
        assertFalse(terminal.isDue(200 * MILLIS));
        assertTrue(terminal.isDue(250 * MILLIS));
        assertFalse(plain.isDue(1900 * MILLIS));
        assertTrue(plain.isDue(2000 * MILLIS));
    }
}
