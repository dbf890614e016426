package org.flatgaze.runtime.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Pauses in which the JVM holds all its threads, collections among them: from the log it keeps of them, which is switched on
 * for a run and goes to a temporary file. One thread.
 */
final class SafepointLog implements AutoCloseable {

    private static final Pattern TOTAL = Pattern.compile("\\bTotal:\\s*(\\d+) ns");

    private final Path file;
    private boolean listening;

    /**
     * Pauses of a run.
     *
     * @param count -1 where this JVM does not say
     * @param totalMs all together, ms; NaN where this JVM does not say
     * @param longestMs ms; NaN where this JVM does not say
     */
    record Pauses(long count, double totalMs, double longestMs) {

        static final Pauses UNKNOWN = new Pauses(-1, Double.NaN, Double.NaN);
    }

    /** Switches the log on. */
    SafepointLog() {
        try {
            file = Files.createTempFile("flatgaze-safepoints", ".log");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        listening = ask("safepoint=info");
    }

    /** Switches the log off and reads it. */
    Pauses end() {
        if (!listening) {
            return Pauses.UNKNOWN;
        }
        listening = false;
        try {
            return ask("all=off") ? of(Files.readAllLines(file)) : Pauses.UNKNOWN;
        } catch (IOException _) {
            return Pauses.UNKNOWN;
        }
    }

    /** Reads the lines of a log. */
    static Pauses of(List<String> lines) {
        long count = 0;
        long total = 0;
        long longest = 0;
        for (String line : lines) {
            Matcher matcher = TOTAL.matcher(line);
            if (matcher.find()) {
                long nanos = Long.parseLong(matcher.group(1));
                count++;
                total += nanos;
                longest = Math.max(longest, nanos);
            }
        }
        return new Pauses(count, total / 1e6, longest / 1e6);
    }

    /** What {@code jcmd PID VM.log} does, from inside. */
    private boolean ask(String what) {
        try {
            Object answer = ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "vmLog",
                            new Object[] {new String[] {"output=" + file, "what=" + what, "decorators=none"}},
                            new String[] {String[].class.getName()});
            return answer == null || answer.toString().isBlank();
        } catch (JMException | RuntimeException _) {
            // Another JVM: the figure is left out.
            return false;
        }
    }

    @Override
    public void close() {
        end();
        try {
            Files.deleteIfExists(file);
        } catch (IOException _) {
            // A temporary file; the system clears it away.
        }
    }
}
