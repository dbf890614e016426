/** The virtual device: an eye, the light it sends through a coded mask, and the sensor that counts it. */
package org.flatgaze.flatcam.sim;
