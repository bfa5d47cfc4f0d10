/** The version of the program, as facts and the screen name it. A test holds it to `package.json`. */
export const version = '0.1.0'
