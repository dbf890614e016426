/** The emulated two-pronged attention engine: the closed form of ViTCoD's published simulator, and a fairer one. */
package org.flatgaze.accel.vitcod.engine;
