package org.flatgaze.runtime.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DemoSpecTest {

    @ParameterizedTest
    @CsvSource({"1,1", "10,3", "2000,8", "999,250", "7,7", "5003,20"})
    void shouldShareOutEveryFrameInOrder(int frames, int people) {
        DemoSpec spec = new DemoSpec(frames, people, 1);
        int total = 0;
        for (int person = 0; person < people; person++) {
            assertEquals(total, spec.firstFrameOf(person));
            for (int i = 0; i < spec.framesOf(person); i++) {
                assertEquals(person, spec.personOf(total++));
            }
            assertTrue(spec.framesOf(person) >= frames / people);
        }
        assertEquals(frames, total);
    }

    @Test
    void shouldTakePeopleFromTheTestRangeAndNoneTwice() {
        for (long seed : new long[] {0, 1, 2, -1, Long.MAX_VALUE}) {
            DemoSpec spec = new DemoSpec(10_000, 10_000, seed);
            Set<Integer> seen = new HashSet<>();
            for (int person = 0; person < 10_000; person++) {
                int value = spec.personSeed(person);
                assertTrue(value >= 2_000_000 && value < 3_000_000, "seed " + seed);
                assertTrue(seen.add(value));
            }
        }
    }

    @Test
    void shouldTellSpecsApart() {
        DemoSpec spec = new DemoSpec(100, 8, 1);
        assertEquals(spec.hash(), new DemoSpec(100, 8, 1).hash());
        assertNotEquals(spec.hash(), new DemoSpec(101, 8, 1).hash());
        assertNotEquals(spec.hash(), new DemoSpec(100, 9, 1).hash());
        assertNotEquals(spec.hash(), new DemoSpec(100, 8, 2).hash());
        assertNotEquals(spec.personSeed(0), new DemoSpec(100, 8, 2).personSeed(0));
        assertNotEquals(spec.derivedSeed(1, 0), spec.derivedSeed(2, 0));
        assertNotEquals(spec.derivedSeed(1, 0), spec.derivedSeed(1, 1));
    }

    @Test
    void shouldChoosePeopleByTheNumberOfFrames() {
        assertEquals(8, DemoSpec.defaultPeople(2000));
        assertEquals(40, DemoSpec.defaultPeople(10_000));
        assertEquals(3, DemoSpec.defaultPeople(3));
    }

    @Test
    void shouldRefuseWhenThereAreMorePeopleThanFrames() {
        assertThrows(IllegalArgumentException.class, () -> new DemoSpec(0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new DemoSpec(7, 8, 1));
        assertThrows(IllegalArgumentException.class, () -> new DemoSpec(7, 0, 1));
    }
}
