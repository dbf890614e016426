package org.flatgaze.tests;

import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Starts JMH when asked, each parameter set in a JVM of its own:
 *
 * <pre>
 * mvn -B -pl tests -am test -Dtest=BenchmarksTest -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dflatgaze.jmh=AttentionBenchmark.attention -Dflatgaze.jmh.params=shape=197x64x64
 * </pre>
 */
final class BenchmarksTest {

    @Test
    @EnabledIfSystemProperty(named = "flatgaze.jmh", matches = ".+")
    void shouldMeasureWhenAsked() throws RunnerException {
        OptionsBuilder options = new OptionsBuilder();
        options.include(System.getProperty("flatgaze.jmh")).shouldFailOnError(true);
        String parameters = System.getProperty("flatgaze.jmh.params", "");
        for (String one : parameters.isEmpty() ? new String[0] : parameters.split(";", -1)) {
            String[] keyAndValues = one.split("=", 2);
            options.param(keyAndValues[0], keyAndValues[1].split(",", -1));
        }
        assertFalse(new Runner(options.build()).run().isEmpty(), "no benchmark of that name");
    }
}
