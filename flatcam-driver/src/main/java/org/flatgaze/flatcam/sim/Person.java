package org.flatgaze.flatcam.sim;

/**
 * The anatomy of one simulated right eye. The same seed gives the same person. Immutable; the textures and hairs that
 * rendering needs are made once, on first use, and are safe to share between threads.
 */
public final class Person {

    private final long seed;
    private final Eyeball eyeball;
    private final LidShape lids;
    private final Complexion complexion;
    private final LashStyle lashes;
    private volatile IrisTexture irisTexture;
    private volatile LashHairs lashHairs;

    private Person(long seed) {
        this.seed = seed;
        // Each part has its own stream: a new measure in one does not change everybody's others.
        eyeball = Eyeball.draw(new Draws(NoiseFields.mix(seed, 1)));
        lids = LidShape.draw(new Draws(NoiseFields.mix(seed, 2)));
        complexion = Complexion.draw(new Draws(NoiseFields.mix(seed, 3)));
        lashes = LashStyle.draw(new Draws(NoiseFields.mix(seed, 4)), NoiseFields.mix(seed, 5));
    }

    /** The person that belongs to a seed. */
    public static Person ofSeed(long seed) {
        return new Person(seed);
    }

    /** The seed this person was made from. */
    public long seed() {
        return seed;
    }

    /** Globe, cornea, pupil and the angle between the axes. */
    public Eyeball eyeball() {
        return eyeball;
    }

    /** Lids and the face around them. */
    public LidShape lids() {
        return lids;
    }

    /** Brightness and roughness. */
    public Complexion complexion() {
        return complexion;
    }

    /** Lashes. */
    public LashStyle lashes() {
        return lashes;
    }

    IrisTexture irisTexture() {
        IrisTexture texture = irisTexture;
        if (texture == null) {
            // Two threads may both make it: the results are equal, so the race is harmless.
            texture = new IrisTexture(NoiseFields.mix(seed, 6), complexion);
            irisTexture = texture;
        }
        return texture;
    }

    LashHairs lashHairs() {
        LashHairs hairs = lashHairs;
        if (hairs == null) {
            hairs = new LashHairs(lashes, complexion);
            lashHairs = hairs;
        }
        return hairs;
    }
}
