package org.flatgaze.flatcam.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PersonTest {

    private static final int PEOPLE = 1000;

    @Test
    void shouldBeTheSamePersonWhenTheSeedIsTheSame() {
        for (int seed = 0; seed < 50; seed++) {
            Person a = Person.ofSeed(seed);
            Person b = Person.ofSeed(seed);
            assertEquals(a.eyeball(), b.eyeball());
            assertEquals(a.lids(), b.lids());
            assertEquals(a.complexion(), b.complexion());
            assertEquals(a.lashes(), b.lashes());
            assertNotEquals(a.eyeball(), Person.ofSeed(seed + 1L).eyeball());
        }
    }

    @Test
    void shouldHaveHumanMeasuresWhenAThousandPeopleAreDrawn() {
        double kappa = 0;
        double kappaSquare = 0;
        for (int seed = 0; seed < PEOPLE; seed++) {
            Person person = Person.ofSeed(seed);
            Eyeball eye = person.eyeball();
            between(11, eye.scleraRadiusMm(), 13);
            between(7.2, eye.corneaRadiusMm(), 8.4);
            between(5.4, eye.limbusRadiusMm(), 6.4);
            between(3, eye.chamberDepthMm(), 4.2);
            between(2.5, eye.pupilMeanMm(), 6);
            between(0.5, eye.kappaHorizontalDeg(), 9.5);
            between(-1.5, eye.kappaVerticalDeg(), 4.5);
            // The pieces of the eyeball lie in the order of an eye.
            assertTrue(eye.scleraCentreMm() > -1.5 && eye.scleraCentreMm() < 2.5, "sclera at " + eye.scleraCentreMm());
            assertTrue(eye.irisPlaneMm() < eye.apparentIrisPlaneMm());
            assertTrue(eye.irisPlaneMm() < eye.limbusPlaneMm() + 0.5);
            between(2.5, EyeGeometry.ROTATION_TO_APEX_MM - eye.apparentIrisPlaneMm(), 3.8);
            LidShape lids = person.lids();
            between(25, lids.lateralX() - lids.medialX(), 31.5);
            between(5.5, lids.upperHeight() + lids.lowerDepth(), 12.5);
            Complexion look = person.complexion();
            between(0.35, look.skin(), 0.85);
            between(0.5, look.sclera(), 0.8);
            between(0.2, look.iris(), 0.5);
            between(0, look.pupil(), 0.06);
            kappa += eye.kappaHorizontalDeg();
            kappaSquare += eye.kappaHorizontalDeg() * eye.kappaHorizontalDeg();
        }
        double mean = kappa / PEOPLE;
        assertEquals(5, mean, 0.2);
        assertEquals(1.5, Math.sqrt(kappaSquare / PEOPLE - mean * mean), 0.15);
    }

    @Test
    void shouldSeeTheEntrancePupilThreeMillimetresBehindTheApexWhenTheEyeIsGullstrands() {
        Eyeball gullstrand = new Eyeball(12, 7.8, 5.9, 3.6, 5, 1.5, 0, 0, 0, 1, 0, 4);
        assertEquals(3.05, EyeGeometry.ROTATION_TO_APEX_MM - gullstrand.apparentIrisPlaneMm(), 0.01);
    }

    @Test
    void shouldKeepSlipWithinItsBoundWhenSessionsAreDrawn() {
        Person person = Person.ofSeed(1);
        double largest = 0;
        for (int seed = 0; seed < PEOPLE; seed++) {
            Session session = Session.of(person, seed);
            for (int axis = 0; axis < 3; axis++) {
                double slip = Math.abs(session.translationMm(axis));
                assertTrue(slip <= Session.DEFAULT_SLIP_MM, "slip=" + slip);
                largest = Math.max(largest, slip);
            }
            double trace = session.rotation(0, 0) + session.rotation(1, 1) + session.rotation(2, 2);
            double angle = Math.toDegrees(Math.acos(Math.min(1, (trace - 1) / 2)));
            assertTrue(angle <= Math.sqrt(3) * Session.DEFAULT_SLIP_DEG + 0.01, "angle=" + angle);
            between(0.75, session.gain(), 1.25);
        }
        assertTrue(largest > 1.4, "largest=" + largest);
        assertEquals(0, Session.of(person, 3, 0, 0).translationMm(1), 1e-12);
        assertEquals(1, Session.of(person, 3, 0, 0).rotation(1, 1));
    }

    @Test
    void shouldSayWhatIsWrongWhenSlipIsNegative() {
        Person person = Person.ofSeed(1);
        var error = assertThrows(IllegalArgumentException.class, () -> Session.of(person, 1, -1, 0));
        assertTrue(error.getMessage().contains("slipMm=-1.0"), error.getMessage());
    }

    private static void between(double low, double value, double high) {
        assertTrue(value >= low && value <= high, value + ": expected " + low + ".." + high);
    }
}
