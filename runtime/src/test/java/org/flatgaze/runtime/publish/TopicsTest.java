package org.flatgaze.runtime.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a/b", "a+b", "#", "é", "a b", "x\u0000"})
    void shouldRefuseDeviceWhenItWouldBreakTopics(String device) {
        IllegalArgumentException error = assertThrows(IllegalArgumentException.class, () -> new Topics(device));
        assertTrue(error.getMessage().startsWith("device=" + device + ": expected"), error.getMessage());
    }

    @Test
    void shouldRefuseDeviceWhenTooLong() {
        assertEquals("flatgaze/v1/" + "a".repeat(64) + "/state", new Topics("a".repeat(64)).state());
        assertThrows(IllegalArgumentException.class, () -> new Topics("a".repeat(65)));
    }

    @Test
    void shouldMatchFiltersAsMqttSays() {
        Topics topics = new Topics("bench-7");
        assertTrue(TopicFilter.matches(topics.everything(), topics.gaze(Eye.LEFT)));
        assertTrue(TopicFilter.matches("flatgaze/v1/+/gaze/+", topics.gaze(Eye.RIGHT)));
        assertTrue(TopicFilter.matches("a/#", "a"));
        assertTrue(TopicFilter.matches("#", "a/b"));
        assertFalse(TopicFilter.matches("a/+", "a/b/c"));
        assertFalse(TopicFilter.matches("a/b", "a/bc"));
        assertFalse(TopicFilter.matches("a/bc", "a/b"));
        assertFalse(TopicFilter.matches("flatgaze/v1/other/#", topics.state()));
    }
}
